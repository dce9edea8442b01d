"""`after`: the problems of a clean contract in which one node was changed."""

import shutil
from pathlib import Path

import pytest
import yaml
from lint_specs import check_source
from spec_source import Source

from mediatasks.contracts.pointer import drop, put

# The pure-Python loader would take half the time of these tests.
FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CLEAN = Path(__file__).with_name("clean")
PROVIDERS = {"openapi.yaml": "shop", "openrpc.yaml": "line", "envelope.yaml": "line"}


class After:
    """Change one node of a clean contract and return (rule, place below the provider's folder)."""

    def __init__(self, folder):
        self.folder = folder

    def set(self, pointer, value, file="openapi.yaml"):
        return self._problems(file, lambda document: put(document, pointer, value))

    def drop(self, pointer, file="openapi.yaml"):
        return self._problems(file, lambda document: drop(document, pointer))

    def change(self, change, file="openapi.yaml"):
        return self._problems(file, change)

    def write(self, name, text, file="openapi.yaml"):
        return self._problems(file, lambda document: None, (name, text))

    def _problems(self, file, change, extra=None):
        provider = self.folder / PROVIDERS[file]
        shutil.copytree(CLEAN / provider.name, provider)
        document = yaml.load((provider / file).read_text(), FAST)
        change(document)
        (provider / file).write_text(yaml.safe_dump(document, sort_keys=False))
        if extra:
            (provider / extra[0]).parent.mkdir(exist_ok=True)
            (provider / extra[0]).write_text(extra[1])
        return [(p.rule, p.place.removeprefix(f"{provider}/")) for p in check_source(Source(provider))]


@pytest.fixture
def after(tmp_path):
    return After(tmp_path)
