"""An episode as a story: who said and did what, when, what broke, what it cost, and how it is judged.

The story is data; ``banshi show`` and the app lay it out. All text in it is harmless (see ``plaintext``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from mock_services.clock import Instant, local
from mock_services.extras import Extra
from mock_services.money import format_yuan
from mock_services.people import PEOPLE
from mock_services.trace import Event, decode
from scenarios.results import EpisodeResult, FallbackRow, Finding, Verdict
from scenarios.runs import phrases, why
from scenarios.runs.money_trail import Balance, MoneyTrail, Movement, changes, follow
from scenarios.runs.plaintext import plain

ROLES = {
    "words": "the person's errand",
    "agent": "what the agent understood or planned",
    "read": "a look-up",
    "write": "a call that changed something",
    "error": "a call that was answered with an error",
    "fault": "something broken on purpose",
    "fallback": "what the agent did about a failure",
    "asks": "the agent speaks to the person",
    "person": "the person answers",
    "world": "something that happened on its own",
    "money": "money of the person moved",
    "end": "how it ended",
}
"""What a line can be, for legends."""

PHASES = {
    "before": "nothing happened",
    "lost_ack": "it happened, but the answer is an error",
    "no_effect": "a success is answered, but nothing happened",
    "duplicated": "the request is delivered twice",
    "late": "an error now, the effect comes later",
    "response": "it happened, the answer is flawed",
    "world": "the world changed just before",
}


class Line(msgspec.Struct, frozen=True):
    """One line: ``seq`` is its trace event, ``role`` one of :data:`ROLES`, ``under`` marks a line of the one above."""

    seq: int
    at: Instant
    clock: str
    role: str
    text: str
    under: bool = False


class Story(msgspec.Struct, frozen=True):
    """All that is told of an episode.

    ``later`` are the lines after the agent had ended, ``judged`` what the verdict says beside its outcome. Where the
    trace was not ``kept`` there are no lines, and nothing is known of the money.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    later: tuple[Line, ...]
    money: MoneyTrail
    outcome: str
    expected: str
    findings: tuple[Finding, ...]
    fallback: tuple[FallbackRow, ...]
    judged: tuple[tuple[str, str], ...] = ()
    kept: bool = True


def tell(result: EpisodeResult, *, full: bool = False, services: tuple[Extra, ...] = ()) -> Story:
    """The story of an episode; with ``full`` every argument and every answer is written out.

    ``services`` are those of its run beyond the built-in ones.

    Raises:
        msgspec.MsgspecError: the trace is damaged.
    """
    events = decode(result.trace)
    money = follow(events)
    teller = _Teller(money, utc_offset_min(events), full)
    lines: list[Line] = []
    later: list[Line] = []
    ended = False
    for event in events:
        (later if ended else lines).extend(teller.lines_of(event))
        ended = ended or event.kind == "episode_ended"
    return Story(
        title=plain(result.id),
        facts=_facts(result, events, teller, services),
        lines=tuple(lines),
        later=tuple(later),
        money=money,
        outcome=result.verdict.outcome,
        expected=result.verdict.expected,
        findings=result.verdict.findings,
        fallback=result.fallback,
        judged=_judged(result.verdict),
        kept=bool(result.trace),
    )


def _judged(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """What a verdict says beside its outcome, as far as there is something to say."""
    meant = why.LABELS.get(verdict.label)
    said = [("why", f"{verdict.label}: {meant}" if meant else verdict.label), ("got as far as", verdict.stage)]
    if verdict.success:
        said.append(("quality", f"{verdict.quality:.3f}"))
    for name, fen in (
        ("harm", verdict.harm_fen),
        ("without consent", verdict.unconsented_fen),
        ("orphaned", verdict.orphaned_fen),
    ):
        said.append((name, format_yuan(fen) if fen else ""))
    said.append(("disclosures", str(verdict.disclosures or "")))
    return tuple((name, plain(text)) for name, text in said if text)


def describe_balance(balance: Balance) -> str:
    """``wallet 3000.00 → 2975.00``."""
    return f"{balance.title} {format_yuan(balance.before)} → {format_yuan(balance.after)}"


def _facts(
    result: EpisodeResult, events: list[Event], teller: _Teller, services: tuple[Extra, ...]
) -> tuple[tuple[str, str], ...]:
    begun = next((event for event in events if event.kind == "episode_started"), None)
    ended = "the agent ended it" if result.terminated else "a limit ended it" if result.truncated else "it broke off"
    facts = [
        ("family", f"{result.family}, {result.locale}"),
        ("fault plan", result.plan),
        ("agent", f"{result.agent}, seed {result.seed}"),
        ("took", f"{_span(result.virtual_ms)} of virtual time; {ended}"),
        ("calls", f"{result.calls}, of which {result.asks} asked the person"),
        ("spent", format_yuan(result.spent_fen)),
    ]
    if begun is not None:
        facts.insert(0, ("starts", f"{teller.moment(begun.at):%a %Y-%m-%d %H:%M}"))
    thoughts = [event.data for event in events if event.kind == "thought"]
    if thoughts:
        span = _span(sum(thought["ms"] for thought in thoughts))
        facts.append(("thinking", f"{len(thoughts)} decisions, {span}, {result.cost_micros / 1_000_000:.4f} yuan"))
    if services:
        facts.append(("services", ", ".join(extra.label for extra in services)))
    if result.error:
        facts.append(("error", result.error))
    return tuple((name, plain(text)) for name, text in facts)


def _span(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def utc_offset_min(events: list[Event]) -> int:
    """The UTC offset of the place where the person is at the start, in minutes."""
    from mock_services.geo import places

    for event in events:
        if event.kind == "set_up":
            cities = [c["after"]["city"] for c in changes(event) if c["table"] == PEOPLE.name and "city" in c["after"]]
            if cities:
                return places().city(cities[0]).utc_offset_min
    return 0


class Narrator:
    """Tells an episode while it happens, event by event, with the nodes of the graph that it enters.

    ``offset_min`` is the UTC offset of the place where the person is, in minutes.
    """

    def __init__(self, offset_min: int) -> None:
        self._teller = _Teller(MoneyTrail((), ()), offset_min, full=False, nodes=True)

    def lines_of(self, event: Event) -> list[Line]:
        """The lines of the next event."""
        return list(self._teller.lines_of(event))


class _Teller:
    """Turns events into lines, one method per kind of event."""

    def __init__(self, money: MoneyTrail, offset_min: int, full: bool, nodes: bool = False) -> None:
        self._offset, self._full, self._nodes = offset_min, full, nodes
        self._day: str = ""
        self._given_up: set[str] = set()
        self._titles = {balance.account: balance.title for balance in money.balances}
        self._moved: dict[int, list[Movement]] = {}
        for movement in money.movements:
            self._moved.setdefault(movement.seq, []).append(movement)
        self._kinds: dict[str, Callable[[Event], Iterator[tuple[str, str]]]] = {
            "episode_started": _started,
            "note": self._note,
            "tool_called": self._called,
            "world_moved": self._world,
            "decided": _decided,
            "agent_failed": _failed,
            "episode_ended": _ended,
        }

    def moment(self, at: Instant) -> datetime:
        """The clock on the person's wall."""
        return local(at, self._offset)

    def lines_of(self, event: Event) -> Iterator[Line]:
        """The lines of one event; most have one, some none."""
        kind = self._kinds.get(event.kind)
        told = list(kind(event)) if kind else []
        told += [("money", self._movement(movement)) for movement in self._moved.get(event.seq, ())]
        for i, (role, text) in enumerate(told):
            yield Line(event.seq, event.at, "" if i else self._clock(event.at), role, plain(text), under=i > 0)

    def _clock(self, at: Instant) -> str:
        moment = self.moment(at)
        day = f"{moment:%m-%d}"
        shown = f"{moment:%H:%M:%S}" if day == self._day or not self._day else f"{day} {moment:%H:%M}"
        self._day = day
        return shown

    def _movement(self, movement: Movement) -> str:
        way = "in" if movement.fen > 0 else "out"
        about = f" · {movement.about}" if movement.about else ""
        account = self._titles.get(movement.account, movement.account)
        return f"{format_yuan(abs(movement.fen))} {way}, {account} · {movement.reason} {movement.ref}{about}"

    # --- the agent -------------------------------------------------------------------------------------------

    def _note(self, event: Event) -> Iterator[tuple[str, str]]:
        kind, data = event.data["kind"], event.data["data"]
        if not isinstance(data, Mapping):
            data = {"data": data}
        if kind == "node":
            # In a story where the graph is shows in what it does; to whoever waits for it, it is said.
            if self._nodes:
                engine = f", decided by {data['engine']}" if "engine" in data else ""
                yield "agent", f"{data.get('node', '')}{engine}"
            return
        if kind == "task" and _are_rows(data.get("goals")) and _are_rows(data.get("questions")):
            yield from _task(data)
        elif kind == "plan" and _are_rows(data.get("steps")):
            yield "agent", "plans: " + " → ".join(_step(step) for step in data.get("steps") or [])
        elif kind == "step":
            yield from self._step_ended(data)
        elif kind == "fallback":
            if not data.get("rung") and not data.get("failed_with"):
                self._given_up.add(str(data.get("goal", "")))
            yield "fallback", _fallback(data)
        elif kind == "guard":
            yield "fallback", f"its guard holds back {data.get('tool', 'a call')}: {data.get('why', '')}"
        elif kind == "sim_error":
            rest = {name: value for name, value in data.items() if name not in ("profile", "error")}
            yield "fallback", f"errs as it was told to, {data.get('error', '')}: {phrases.arguments(rest)}"
        else:
            yield "agent", f"{kind}: {phrases.arguments(data)}"

    def _step_ended(self, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """A step that ended without success, where that was not told with its last failure."""
        goal, status = str(data.get("goal", "")), data.get("status")
        if status == "dropped":
            yield "fallback", f"drops {goal}: there is no point in it without the others"
        elif status == "failed" and goal not in self._given_up:
            why = ", ".join(str(data[name]) for name in ("why", "constraint") if data.get(name))
            yield "fallback", f"gives {goal} up: {why}"

    # --- calls -----------------------------------------------------------------------------------------------

    def _called(self, event: Event) -> Iterator[tuple[str, str]]:
        data = event.data
        spoken = _SPEECH.get(data["tool"]) if data["ok"] and not data["fault"] else None
        if spoken is not None:
            yield from spoken(data["args"], data["data"])
        else:
            yield self._call_role(data), self._call_text(data)
        if data["fault"]:
            phase = data["fault"]["phase"]
            yield "fault", f"{data['fault']['kind']}, {phase}: {PHASES.get(phase, phase)}"
        if self._full:
            yield from self._in_full(data)

    @staticmethod
    def _call_role(data: dict[str, Any]) -> str:
        return ("write" if data["access"] == "write" else "read") if data["ok"] else "error"

    @staticmethod
    def _call_text(data: dict[str, Any]) -> str:
        asked = f"{data['tool']}({phrases.arguments(data['args'])})"
        told = phrases.answer(data["data"]) if data["ok"] else phrases.problem(data["error"] or {})
        again = " [the first answer again]" if data["replayed"] else ""
        return f"{asked} → {told}{again}"

    @staticmethod
    def _in_full(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        role = "write" if data["access"] == "write" else "read"
        yield role, f"arguments {_json(data['args'])}"
        yield role, f"answer {_json(data['data'] if data['ok'] else data['error'])}"
        for change in data["changes"]:
            yield role, f"{change['table']} {change['key']}: {_json(change['before'])} → {_json(change['after'])}"

    # --- the world -------------------------------------------------------------------------------------------

    def _world(self, event: Event) -> Iterator[tuple[str, str]]:
        data = event.data
        about = phrases.transitions(data["changes"]) or phrases.arguments(data["about"])
        broken = data["event"].startswith("fault:")
        kind = data["event"].removeprefix("fault:").replace("_", " ")
        told = f"{data['service']}: {kind}" if broken else phrases.happening(**_scheduled(data))
        yield "fault" if broken else "world", told + (f" ({about})" if about else "")
        for change in data["changes"]:
            text = (change["after"] or {}).get("text", "")
            if change["table"] == "kernel.notices" and text:
                yield "world", f"message on the phone: {text}"


def _scheduled(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("service", "event", "about")}


def _decided(event: Event) -> Iterator[tuple[str, str]]:
    if event.data["fault"]:
        yield "fault", f"the engine {event.data['engine']} fails in {event.data['node']}: {event.data['fault']['kind']}"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _started(event: Event) -> Iterator[tuple[str, str]]:
    yield "words", event.data["words"]


def _failed(event: Event) -> Iterator[tuple[str, str]]:
    yield "error", f"the agent raised {event.data['error']}"


def _ended(event: Event) -> Iterator[tuple[str, str]]:
    if event.data["terminated"]:
        yield "end", "the agent is done"
    elif event.data["truncated"]:
        yield "end", f"the limit of {event.data['reason']} ends it"
    else:
        yield "end", "it breaks off"


# --- notes -----------------------------------------------------------------------------------------------------


def _are_rows(value: Any) -> bool:
    """Whether it is a list of what our own agent notes; another agent may note anything under the same name."""
    return value is None or (isinstance(value, list) and all(isinstance(item, Mapping) for item in value))


def _task(task: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for goal in task.get("goals") or []:
        yield "agent", f"understood {goal.get('id', '')} {goal.get('kind', '')}: {phrases.wishes(goal)}"
    for question in task.get("questions") or []:
        yield "agent", f"does not know yet: {question.get('field', '')} of {question.get('goal', '')}"
    if task.get("unclear"):
        yield "agent", f"does not understand: {task['unclear']}"


def _step(step: Mapping[str, Any]) -> str:
    needs = step.get("needs")
    after = f" after {', '.join(map(str, needs))}" if needs and isinstance(needs, list) else ""
    return f"{step.get('goal', '')} {step.get('kind', '')}{after}"


def _fallback(data: Mapping[str, Any]) -> str:
    cause = " ".join(str(data[name]) for name in ("tool", "code") if data.get(name)) or str(data.get("failure", ""))
    if data.get("failed_with"):
        return f"{data.get('rung', '')} does not help: {data['failed_with']}"
    if not data.get("rung"):
        return f"gives {data.get('goal', 'it')} up: {data.get('why', cause)}"
    return f"{cause}: tries {data['rung']}" if cause else f"tries {data['rung']}"


# --- speech ----------------------------------------------------------------------------------------------------


def _ask(args: dict[str, Any], data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "asks", f"“{args.get('text', '')}” ({args.get('topic', '')})"
    told = f"“{data['text']}”" if data.get("text") else "(no answer)"
    yield "person", told if data.get("kind") == "told" else f"{told} ({data.get('kind', '')})"


def _confirm(args: dict[str, Any], data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    offer = args.get("offer") or {}
    if args.get("text"):
        yield "asks", f"“{args['text']}”"
    for charge in offer.get("charges") or []:
        yield "asks", f"offer: pay {charge.get('amount')} to {charge.get('payee')} for {charge.get('subject')}"
    for action in offer.get("actions") or []:
        fee = f", which costs {action['fee']}" if action.get("fee") else ""
        yield "asks", f"offer: {action.get('kind')} {action.get('target')}{fee} {action.get('text', '')}"
    said = f": “{data['text']}”" if data.get("text") else ""
    yield "person", f"{data.get('decision', '')}{said}"


def _report(args: dict[str, Any], _: dict[str, Any]) -> Iterator[tuple[str, str]]:
    why = "" if args.get("reason_code") in (None, "", "none") else f", because {args['reason_code']}"
    bound = f" ({args['binding_constraint']})" if args.get("binding_constraint") else ""
    yield "asks", f"reports: {args.get('status', '')}{why}{bound}"
    if args.get("text"):
        yield "asks", f"“{args['text']}”"
    for fact in args.get("facts") or []:
        ref = f" [{fact['ref']}]" if fact.get("ref") else ""
        yield "asks", f"{fact.get('name')}: {fact.get('value')}{ref}"


_SPEECH: dict[str, Callable[[dict[str, Any], dict[str, Any]], Iterator[tuple[str, str]]]] = {
    "user_ask": _ask,
    "user_confirm": _confirm,
    "user_report": _report,
}
