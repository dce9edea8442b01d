"""Check the mock's own replies against the contract."""

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.contracts.schema.validation import Validator
from mediatasks.mock.http.messages import MockReply, json_reply

REPLY_BREACH = Mismatch("reply", (), "a reply that fits the contract", "one that does not; its body tells")


class ReplyCheck:
    """The documented replies of one operation: statuses and bodies."""

    def __init__(self, operation: Operation) -> None:
        self.name = operation.id
        self.validators: dict[int, Validator | None] = {}
        for status in operation.responses:
            if status.isdecimal():
                schema = operation.reply_schema(status)
                self.validators[int(status)] = (
                    None if schema is None else Validator.of(operation.contract, schema)
                )

    def judge(self, reply: MockReply) -> MockReply:
        """Return the reply, or a 500 that names the place where it breaks the contract."""
        if reply.status not in self.validators:
            listed = ", ".join(map(str, sorted(self.validators)))
            return broken(self.name, f"expected the status {listed}, got {reply.status}", reply)
        validator = self.validators[reply.status]
        if validator is None:
            return broken(self.name, "expected no body, got one", reply) if reply.body else reply
        breach = validator.deviation(reply.json())
        return broken(self.name, breach.message, reply) if breach else reply


class RpcReplyCheck:
    """The reply body of an RPC provider, as its plain view describes it."""

    def __init__(self, contract: Contract) -> None:
        assert contract.envelope is not None
        self.name = contract.envelope.path
        responses = contract.plain["paths"][contract.envelope.path]["post"]["responses"]
        media = next(iter(responses["200"]["content"].values()))
        self.validator = Validator(media["schema"], contract.plain, contract.provider)

    def judge(self, reply: MockReply) -> MockReply:
        """Return the reply, or a 500 that names the place where it breaks the contract."""
        breach = self.validator.deviation(reply.json()) if reply.status == 200 else None
        return broken(self.name, breach.message, reply) if breach else reply


def broken(name: str, problem: str, reply: MockReply) -> MockReply:
    """Return the reply to a request that the mock cannot answer as the contract says."""
    text = reply.body[:300].decode("utf-8", "replace")
    message = f"the mock's reply to `{name}` breaks the contract: {problem}; reply: {text}"
    return json_reply(500, {"error": message})
