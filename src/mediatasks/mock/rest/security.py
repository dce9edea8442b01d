"""Judge the credentials of a request by the contract's security schemes.

The mock accepts the values of `x-credential.*.example`. A scheme that it cannot judge (an `http`
scheme other than bearer and basic, OAuth, mutual TLS) counts as met when its header was sent:
signatures are verified by the simulators.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.equality import text_of
from mediatasks.contracts.model.contract import Contract, Credential, Operation
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.rest.parameters import read_cookies

Judge = Callable[[MockRequest], bool]
CREDENTIALS_BREACH = Mismatch("request", (), "credentials that the contract asks for", "none, or others")


class Guard:
    """The security of one operation: any alternative, and all schemes of it, must hold.

    With `demands`, credentials that the contract leaves to the client must be there, too.
    """

    def __init__(self, operation: Operation, demands: bool = False) -> None:
        schemes = operation.contract.security_schemes
        judges = {name: _judge(schemes.get(name, {})) for s in operation.security for name in s}
        needed = [s for s in operation.security if s] if demands else []
        self.alternatives = [[judges[name] for name in s] for s in needed or operation.security]
        # An empty alternative admits everyone.
        self.is_open = not self.alternatives or any(not a for a in self.alternatives)

    def admits(self, request: MockRequest) -> bool:
        """Whether the request carries what one of the alternatives asks for."""
        judged = (all(judge(request) for judge in judges) for judges in self.alternatives)
        return self.is_open or any(judged)


def _judge(scheme: Mapping[str, Any]) -> Judge:
    accepted = [text_of(c["example"]) for c in scheme.get("x-credential", {}).values()]
    kind, place = scheme.get("type"), scheme.get("in")
    if kind == "apiKey":
        name = str(scheme.get("name", ""))
        if place == "query":
            return lambda r: _is_one([v for n, v in r.query if n == name], accepted)
        if place == "cookie":
            return lambda r: _is_one([v for n, v in read_cookies(r).items() if n == name], accepted)
        lower = name.lower()
        if accepted:
            return lambda r: r.headers.get(lower) in accepted
        return lambda r: bool(r.headers.get(lower))
    if kind == "http":
        return _judge_http(str(scheme.get("scheme", "")).lower(), accepted)
    return lambda r: "authorization" in r.headers


def _judge_http(scheme: str, accepted: list[str]) -> Judge:
    if scheme == "basic" and accepted:
        pair = ":".join(accepted).encode()
        accepted = [base64.b64encode(pair).decode()]

    def judge(request: MockRequest) -> bool:
        given, _, value = request.headers.get("authorization", "").partition(" ")
        if given.lower() != scheme:
            return False
        return scheme not in ("bearer", "basic") or _is_one([value.strip()], accepted)

    return judge


def _is_one(values: list[str], accepted: list[str]) -> bool:
    """Whether exactly one value came, and it is accepted. Without examples any text is."""
    return len(values) == 1 and (values[0] in accepted if accepted else bool(values[0]))


@dataclass(frozen=True)
class CredentialPlace:
    """Where one credential travels.

    `place` is header, query, cookie, body, or signature (it goes into a signature and is not sent
    itself). `name` is the header, the parameter, the JSON Pointer in each RPC request, or the HTTP
    scheme; `text` is what stands there, `value` what the client's argument is: `text` may hold a word
    more, such as Bearer.
    """

    argument: str
    place: str
    name: str
    text: str
    required: bool
    value: Any

    @property
    def sentence(self) -> str:
        """How it travels, in words."""
        said = {
            "header": f"sent as the header `{self.name}: {self.text}`",
            "query": f"sent in the query as `{self.name}={self.text}`",
            "cookie": f"sent as the cookie `{self.name}={self.text}`",
            "body": f"sent in the body at `{self.name}`",
            "signature": f"goes into the signature `{self.name}`",
        }
        return said[self.place]

    def shown(self) -> dict[str, Any]:
        """Return it under the names of the control API; `value` is what goes over the wire."""
        return {
            "argument": self.argument,
            "in": self.place,
            "name": self.name,
            "value": self.text,
            "required": self.required,
        }


def credential_places(contract: Contract) -> list[CredentialPlace]:
    """Return where each credential that the mock accepts travels, those of RPC bodies first."""
    return [_place(contract, credential) for credential in contract.credentials]


def _place(contract: Contract, credential: Credential) -> CredentialPlace:
    argument, given = credential.argument, credential.example
    value = text_of(given)
    if not credential.scheme:
        assert contract.envelope is not None
        pointer = contract.envelope.credentials[argument]["at"]
        return CredentialPlace(argument, "body", pointer, value, True, given)
    scheme = contract.security_schemes[credential.scheme]
    kind = str(scheme.get("scheme", ""))
    if scheme.get("type") == "apiKey":
        return CredentialPlace(argument, scheme["in"], scheme["name"], value, credential.required, given)
    if kind.lower() == "bearer":
        text = f"Bearer {value}"
        return CredentialPlace(argument, "header", "Authorization", text, credential.required, given)
    return CredentialPlace(argument, "signature", kind, value, credential.required, given)
