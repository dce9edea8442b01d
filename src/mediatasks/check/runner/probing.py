"""The phase of our own: the scenarios that the rules of a run need, each made once."""

from collections.abc import Callable
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.requests.request_policy import Closed, Unanswered
from mediatasks.check.scenarios.catalogue import SCENARIOS
from mediatasks.check.scenarios.scenario import Attempt
from mediatasks.contracts.compose.extensions import STUMBLES
from mediatasks.errors import UsageError
from mediatasks.judge.judgement import Judgement
from mediatasks.unforeseen import describe_unforeseen


def run_scenarios(
    client: ProbeClient, judgement: Judgement, listen: Callable[[str], None] = lambda scenario: None
) -> None:
    """Make each scenario that a rule needs; `listen` hears whose turn it is.

    What was not made, or not in full, is noted in `judgement.unmet`, with the reason. Raises UsageError
    where a scenario fails for a reason of ours.
    """
    needed = {name for rule in judgement.rules for name in rule.needs}
    names = [name for name in SCENARIOS if name in needed]
    for i, name in enumerate(names):
        listen(name)
        client.has_refrained = False
        try:
            for evidence in SCENARIOS[name](client) or ():
                _judge(judgement, name, evidence)
        except Closed as error:
            judgement.unmet |= dict.fromkeys(names[i:], f"the run was cut short: {error}")
            return
        except STUMBLES as error:
            problem = f"`{client.contract.provider}`: the scenario `{name}`: {describe_unforeseen(error)}"
            raise UsageError(f"{problem}\nchecks that do not need it run with --rule") from None
        except Unanswered as error:
            # The phases before have said so, or the next scenario will.
            judgement.unmet[name] = f"a request of `{name}` got no reply: {error}"
            continue
        if client.has_refrained:
            judgement.unmet[name] = "requests that may write were not sent; `--allow-writes` sends them"
        else:
            judgement.meet(name)


def _judge(judgement: Judgement, scenario: str, evidence: Any) -> None:
    attempt = evidence if isinstance(evidence, Attempt) else Attempt(lambda: evidence, times=1)
    for _ in range(attempt.times):
        made = attempt.make()
        verdicts = judgement.judge_evidence(scenario, made) if made is not None else []
        if all(verdict is None for _, _, verdict in verdicts):
            break
    for rule, seen, verdict in verdicts:
        judgement.note(rule, seen, verdict)
