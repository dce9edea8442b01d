"""One clean contract, changed in one node."""

import copy
from pathlib import Path

from mediatasks.contracts.compose.files import read_yaml
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, drop, get, put
from mediatasks.diff import compare_contracts

GONE = object()
BASE = read_yaml(Path(__file__).with_name("base.yaml"))


def edited(edits, base=BASE):
    """Return a copy of `base` with each pointer of `edits` set to its value; `GONE` takes it away."""
    document = copy.deepcopy(base)
    for pointer, value in edits.items():
        if value is not GONE:
            document = put(document, pointer, copy.deepcopy(value))
        elif isinstance(get(document, pointer.rpartition("/")[0]), list):
            holder, _, place = pointer.rpartition("/")
            del get(document, holder)[int(place)]
        else:
            drop(document, pointer)
    return document


def contract(document):
    return Contract("depot", document, None)


def changes(old, new):
    return compare_contracts(contract(old), contract(new))


def kinds(old, new):
    """Return the ids of the changes between two documents, sorted."""
    return sorted(change.kind.id for change in changes(old, new))


def lost_places(old, new):
    """Return the places of changes that lead nowhere in the document that they are said to lead into."""
    found = changes(old, new)
    return [c.place for c in found if get(old if c.gone else new, c.place) is MISSING]


def with_schemas(request, response, components=None):
    """Return the base with a schema in a request and one in a reply."""
    schemas = {f"/components/schemas/{name}": schema for name, schema in (components or {}).items()}
    return edited(
        {
            "/components/schemas/CrateCreate/properties/value": request,
            "/components/schemas/Crate/properties/value": response,
            **schemas,
        }
    )
