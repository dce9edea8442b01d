from pathlib import Path

import lint_specs
import pytest
from spec_source import Source

HERE = Path(__file__).parent


@pytest.mark.parametrize("provider", ["shop", "line"])
def test_the_clean_contracts_pass_every_rule(provider):
    assert list(lint_specs.check_source(Source(HERE / "clean" / provider))) == []


@pytest.mark.parametrize("rule", lint_specs.load_rules())
def test_every_rule_has_a_test_named_for_it(rule):
    name = rule.replace("-", "_")
    assert f'"{rule}"' in (HERE / f"test_{name}.py").read_text()


@pytest.mark.parametrize("rule", lint_specs.load_rules())
def test_every_rule_says_in_one_sentence_what_it_holds(rule):
    first = lint_specs.load_rules()[rule].__doc__.splitlines()[0]
    assert first.endswith(".")


@pytest.mark.parametrize("rule", lint_specs.load_rules())
def test_every_rule_is_a_small_module(rule):
    module = lint_specs.load_rules()[rule]
    assert len(Path(module.__file__).read_text().splitlines()) <= 120
