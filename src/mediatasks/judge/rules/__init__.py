"""The checks that schemathesis does not have, one module each: the file's name is the check's id.

A module holds `judge(seen, history)`, called for every observation of every phase in its order, or
`probe(client)`, called once a run, or both. Each yields a verdict per thing that it judged: None
where that was right, a `Violation` where it was not. What a rule needs to know of a provider comes from
the contract. `applies(contract)`, where it is there, tells whether a contract says enough.

What `judge` yields belongs to the operation of the observation, what `probe` yields to the one named
beside it.
"""

from __future__ import annotations
