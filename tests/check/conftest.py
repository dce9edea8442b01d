from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mediatasks.check import Options, ProviderResult, Target, check_provider
from mediatasks.contracts.model.contract import Contract

sys.path.insert(0, str(Path(__file__).parent))

Check = Callable[..., ProviderResult]


@pytest.fixture(autouse=True)
def clean_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path / "hypothesis"))


@pytest.fixture
def check() -> Check:
    """Check a WSGI server against a contract, by one quick phase unless told otherwise."""
    import tiny

    def run(app: Any, contract: Contract | None = None, **options: Any) -> ProviderResult:
        chosen = Options(**{"max_examples": 5, "phases": ("fuzzing",), **options})
        with tiny.listening(app) as url:
            return check_provider(contract or tiny.build_contract(), Target(url, is_mock=True), chosen)

    return run
