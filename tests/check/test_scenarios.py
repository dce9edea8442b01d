"""What rules need, and what scenarios there are."""

from mediatasks.check.scenarios.catalogue import SCENARIOS
from mediatasks.judge.rule import read_rules


def test_each_need_of_a_rule_has_a_scenario_and_each_scenario_a_rule():
    assert {need for rule in read_rules().values() for need in rule.needs} == set(SCENARIOS)


def test_a_rule_that_judges_no_exchange_judges_evidence():
    rules = read_rules().values()
    silent = [r.id for r in rules if not (r.judge or r.judge_track or any(r.needs.values()))]
    assert silent == []
