"""Compare generated clients with their contracts, operation by operation.

Run in a process of its own, with the generated package on the path:
`python client_audit.py FOLDER PACKAGE`. Prints one line a difference; exit 1 if there are any.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mediatasks.client import OperationSpec
from mediatasks.contracts.compose.files import read_json
from mediatasks.contracts.model.contract import Contract


def audit(contract: Contract, module: Any) -> Iterator[str]:
    """Yield what the client in `module` lacks of `contract`."""
    client = importlib.import_module(f"{module.__name__}.client")
    described = {v.id: v for v in vars(client).values() if isinstance(v, OperationSpec)}
    for surplus in sorted(set(described) - set(contract.operations)):
        yield f"operation `{surplus}` is not in the contract"
    for name, operation in contract.operations.items():
        if name not in described:
            yield f"{operation.pointer}: operation `{name}` is missing"
            continue
        own = described[name]
        wire = operation.path + (f"#{operation.rpc_method}" if operation.rpc_method else "")
        if (own.method, own.path) != (operation.method, wire):
            yield f"{operation.pointer}: expected {operation.method} {wire}, got {own.method} {own.path}"
        expected = {(p.name, p.place) for p in operation.parameters}
        got = {(p.name, p.place) for p in own.parameters}
        for missing in sorted(expected ^ got):
            yield f"{operation.pointer}/parameters: `{missing[0]}` in {missing[1]} differs"
        for status in sorted({int(s) for s in operation.responses} ^ set(own.replies)):
            yield f"{operation.pointer}/responses/{status}: differs"
        if operation.request_media and not (own.members or own.body or own.rpc_method):
            yield f"{operation.pointer}/requestBody: is missing"
        for kind in (contract.name, f"Async{contract.name}"):
            if not inspect.isfunction(getattr(getattr(module, kind), name, None)):
                yield f"{operation.pointer}: `{kind}.{name}` is missing"
        yield from _decoders(operation.pointer, own)
    models = importlib.import_module(f"{module.__name__}.models")
    yield from _encoders(models)


def _decoders(pointer: str, operation: OperationSpec[Any]) -> Iterator[str]:
    for status in operation.replies:
        try:
            operation.decoder(status)
        except Exception as error:
            yield f"{pointer}/responses/{status}: no decoder can be built: {error}"


def _encoders(models: Any) -> Iterator[str]:
    """Yield the models that no decoder can be built for, request bodies and webhooks included."""
    import msgspec

    for name in models.__all__:
        try:
            msgspec.json.Decoder(getattr(models, name))
        except Exception as error:
            yield f"model `{name}`: no decoder can be built: {error}"


def main(folder: str, package: str) -> int:
    """Audit every provider of `package` in `folder`."""
    sys.path.insert(0, folder)
    importlib.import_module(package)
    findings = 0
    for place in sorted(Path(folder, package).glob("*/contract.json")):
        provider, calls = place.parent.name, place.parent / "calls.json"
        contract = Contract(provider, read_json(place), read_json(calls) if calls.exists() else None)
        for line in audit(contract, importlib.import_module(f"{package}.{provider}")):
            findings += 1
            print(f"{provider}{line if line.startswith('/') else ': ' + line}")
    return min(findings, 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
