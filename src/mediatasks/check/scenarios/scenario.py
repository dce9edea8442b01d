"""A scenario: traffic that some rule needs, made once a run, and what it brings for rules to judge."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient


@dataclass(frozen=True)
class Attempt:
    """Evidence that may be wrong once, because others use the server meanwhile.

    `make` sends the requests and returns the evidence, None where nothing can be said. It is called
    again while a rule finds a violation, `times` at most: what is wrong must be so each time.
    """

    make: Callable[[], Any]
    times: int = 3


# Yields evidence, as it is or as an Attempt; returns None where rules judge the exchanges themselves.
# Raises Unanswered.
Scenario = Callable[[ProbeClient], Iterator[Any] | None]
