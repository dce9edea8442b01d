"""The checks that schemathesis does not have, one module each: the file's name is the check's id.

A module holds `judge(seen, history)`, called for every observation in its order, or `judge_track(shown,
track)`, called for every resource that one shows, or both; `NEEDS` names the traffic that the rule is
blind without, each with what judges the evidence that comes of it (None: the exchanges are all). Each
yields a verdict per thing that it judged: None where that was right, a `Violation` where it was not,
`UNEXPLAINED` where only an act that was not observed can be the cause. `SCOPE` says what a verdict
depends on, where that is not plain; `BLAMES = "client"` marks a rule about clients, which no check
runs. What a rule needs to know of a provider comes from the contract:
`applies(contract)` and `concerns(operation)`, where they are there, tell whether it says enough.
"""
