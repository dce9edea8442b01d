"""A new resource that is run again, and what became of both."""

from collections.abc import Iterator

from mediatasks.check.requests.lister import listers
from mediatasks.check.requests.own_resources import make_one
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.judge.evidence.listing import Listing
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.rules.lifecycle.rerun_repeats import Rerun


def run_again(client: ProbeClient) -> Iterator[Rerun]:
    """Yield a Rerun by each operation that copies. Raises Unanswered."""
    for operation, resource, _ in client.contract.effects("copy"):
        name = operation.id
        made = make_one(client, resource) if client.may(name) and resource.readers else None
        rerun = _rerun(client, resource, name, made.resources[0]) if made is not None else None
        if rerun is not None:
            yield rerun


def _rerun(client: ProbeClient, resource: Resource, name: str, subject: ObservedResource) -> Rerun | None:
    before = client.found(client.read(subject), subject.key)
    request = client.naming(name, subject)
    if before is None or request is None:
        return None
    listed, acted = _whole(client, resource), client.call(request)
    if not acted.accepted:
        # What still runs may not be run again.
        for _ in client.watch(subject):
            pass
        listed, acted = _whole(client, resource), client.call(request)
    if not acted.accepted or not acted.resources:
        return None
    is_new = acted.resources[0].key != subject.key
    copied = client.read(acted.resources[0]) if is_new else None
    later = _whole(client, resource) if is_new and listed is not None else None
    return Rerun(before, acted, copied, listed, later, client.read(subject), client.known.exclusive)


def _whole(client: ProbeClient, resource: Resource) -> Listing | None:
    """Return the list of everything there is; None where there is no such list."""
    lister = next(listers(client, resource), None)
    listing = lister.whole() if lister is not None else None
    return listing if listing is not None and listing.is_whole else None
