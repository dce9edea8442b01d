"""Judge exchanges from anywhere: each is routed to its provider and operation, and all rules see it."""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import UsageError, nearest
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.recording.account import credentials_in, hash_of
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.deduplication import deduplicate
from mediatasks.judge.finding import Finding
from mediatasks.judge.judgement import Judgement
from mediatasks.judge.observation.events import Span
from mediatasks.judge.routing import Routing
from mediatasks.judge.rule import Rule, read_rules
from mediatasks.judge.tracks.history import History

NO_SERVER = "no contract has the server"
NO_OPERATION = "the contract has no such operation"
NO_REPLY = "no reply came"
NO_BODY = "the body of the reply is not recorded, or cut"
_EXAMPLES = 5


@dataclass(frozen=True)
class JudgedTraffic:
    """What came of judging exchanges.

    `judged` counts the exchanges that the rules saw, `not_judged` those that they did not by reason,
    and `examples` are the first of these by reason, as `METHOD URL` without the query. `verdicts` counts
    by (provider, rule, operation) what the rules said, right verdicts included; `unexplained` counts
    those of which only an act that is not among the exchanges can be the cause. `silent_rules` says why
    a rule said nothing of a provider: (provider, rule) → reason.
    """

    findings: list[Finding]
    judged: int
    not_judged: Counter[str]
    examples: Mapping[str, list[str]]
    verdicts: Counter[tuple[str, str, str]]
    unexplained: Counter[tuple[str, str, str]]
    silent_rules: Mapping[tuple[str, str], str]


class TrafficJudge:
    """Judges exchanges as they come; what it remembers is kept apart by server and account.

    `rules` are the ids of rules about servers and clients (None: all), `servers` is provider → base
    URL, in place of the contract's own. `exclusive`: nobody but the callers of these exchanges uses the
    servers; `clock_allowance` is by how many seconds the clocks of the recording may differ. Where the
    first exchange has no time, the order of arrival counts.

    Raises UsageError for a rule or a provider that is not known.
    """

    def __init__(
        self,
        contracts: Iterable[Contract],
        *,
        rules: Sequence[str] | None = None,
        servers: Mapping[str, str] | None = None,
        exclusive: bool = False,
        clock_allowance: float = 0.0,
    ) -> None:
        self._routing = Routing(contracts, servers or {})
        self._rules = _chosen(rules)
        self._exclusive, self._allowance = exclusive, clock_allowance
        self._key = secrets.token_bytes(32)
        self._judgements: dict[tuple[str, str | None], Judgement] = {}
        self._told: list[Finding] = []
        self._has_times: bool | None = None
        self._latest = 0.0
        self._judged = 0
        self._not_judged: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}

    def take(self, exchange: Exchange) -> list[Finding]:
        """Judge one exchange, and return what is found in it."""
        server, operation = self._routing.find(exchange)
        if server is None:
            return self._pass(exchange, NO_SERVER)
        if operation is None:
            return self._pass(exchange, NO_OPERATION)
        if not exchange.status:
            return self._pass(exchange, NO_REPLY)
        if exchange.state("reply body") in ("not_recorded", "cut"):
            return self._pass(exchange, NO_BODY)
        self._judged += 1
        placements = credentials_in(exchange, server.contract)
        key = (server.url, exchange.account or hash_of(placements, self._key))
        if key not in self._judgements:
            history = History(self._exclusive)
            redactor = Redactor(placements)
            self._judgements[key] = Judgement(
                server.contract, self._rules, history, redactor, self._told.append
            )
        judgement = self._judgements[key]
        self._told.clear()
        judgement.take(operation, exchange, self._span(exchange))
        return list(self._told)

    def result(self) -> JudgedTraffic:
        """Return what came of it so far; the same finding of several exchanges stands once."""
        found = list[Finding]()
        verdicts, unexplained = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
        applied: dict[tuple[str, str], Rule] = {}
        for judgement in self._judgements.values():
            provider = judgement.contract.provider
            found += judgement.found
            applied |= {(provider, rule.id): rule for rule in judgement.rules}
            for (rule, operation), count in judgement.judged.items():
                verdicts[provider, rule, operation] += count
            for (rule, operation), count in judgement.verdicts.unexplained.items():
                unexplained[provider, rule, operation] += count
        said = {(provider, rule) for provider, rule, _ in verdicts}
        silent = {at: _why_silent(rule) for at, rule in applied.items() if at not in said}
        return JudgedTraffic(
            deduplicate(found),
            self._judged,
            self._not_judged,
            self._examples,
            verdicts,
            unexplained,
            silent,
        )

    def _span(self, exchange: Exchange) -> Span | None:
        """Return when an exchange was, None for the order of arrival; the first one decides for all."""
        begin, end = exchange.begin, exchange.end
        if self._has_times is None:
            self._has_times = begin is not None
        if not self._has_times:
            return None
        begin = self._latest if begin is None else begin
        end = begin if end is None else end
        self._latest = max(self._latest, end)
        return Span(self._judged, begin, end + self._allowance)

    def _pass(self, exchange: Exchange, reason: str) -> list[Finding]:
        self._not_judged[reason] += 1
        examples = self._examples.setdefault(reason, [])
        if len(examples) < _EXAMPLES:
            examples.append(f"{exchange.method} {exchange.url.partition('?')[0]}")
        return []


def judge_exchanges(
    contracts: Iterable[Contract],
    exchanges: Iterable[Exchange],
    *,
    rules: Sequence[str] | None = None,
    servers: Mapping[str, str] | None = None,
    exclusive: bool = False,
    clock_allowance: float = 0.0,
) -> JudgedTraffic:
    """Judge exchanges of any source in their order: a list, a HAR, lines of JSON, the mock's log.

    The arguments are those of `TrafficJudge`. Raises UsageError for a rule or a provider that is not
    known.
    """
    judge = TrafficJudge(
        contracts, rules=rules, servers=servers, exclusive=exclusive, clock_allowance=clock_allowance
    )
    for exchange in exchanges:
        judge.take(exchange)
    return judge.result()


def _why_silent(rule: Rule) -> str:
    if rule.judge is None and rule.judge_track is None:
        needs = " and ".join(f"`{need}`" for need in rule.needs)
        return f"it needs the traffic {needs}, which a check makes" if needs else "only a check has it"
    return "no exchange showed anything that it judges"


def _chosen(names: Sequence[str] | None) -> list[Rule]:
    known = {**read_rules(), **read_rules("client")}
    for name in names or ():
        if name not in known:
            raise UsageError(f"no rule `{name}`; {nearest(name, known)}")
    return [rule for rule in known.values() if names is None or rule.id in names]
