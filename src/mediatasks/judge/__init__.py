"""The judge: exchanges in, findings out. It sends nothing and knows no source.

    from mediatasks.judge import judge_exchanges

`judge_exchanges` judges any iterable of exchanges by the rules about servers and clients.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mediatasks.judge.traffic import JudgedTraffic, TrafficJudge, judge_exchanges

__all__ = ["JudgedTraffic", "TrafficJudge", "judge_exchanges"]

# Loaded when first used: who prints a finding needs no rules.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module("mediatasks.judge.traffic"), name)
