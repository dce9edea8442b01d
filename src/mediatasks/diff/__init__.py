"""The diff: what changed between two contracts, and whom it breaks.

    changes = compare_contracts(old, new)
    for change in changes: print(change.kind.id, change.subject, change.kind.clients)

Told as a story: `comparison` takes two contracts and finds out which operation became which
(`operations`; `endpoint` is one of them, or a webhook). Of each pair it asks what is sent and
answered (`bodies`), what has to be proved (`security`) and where (`servers`), and hands the schemas
that it meets to `schemas`. That one works through pairs of schemas: both are taken apart into
`alternatives`, one type each, branch is matched with branch (`branches`), and of two alternatives
every keyword is compared (`facets`, `bounds`, `members`), which leads to the next pairs. `lifecycle`
and `rpc` compare what is no schema. Everything found is a `Difference`; those that several operations
share become one `Change`, called by its `subject`. Nothing but the kinds of the table (`kinds`) is
reported, and each row says what it breaks. What the comparison cannot judge is `schema-changed`,
which is breaking: silence means that nothing changed.

`changelog` knows which changes a changelog names; `report` prints.
"""

from mediatasks.diff.change import Change
from mediatasks.diff.compare.comparison import compare_contracts, compare_sets
from mediatasks.diff.kinds.table import KINDS, SECTIONS, Kind

__all__ = ["KINDS", "SECTIONS", "Change", "Kind", "compare_contracts", "compare_sets"]
