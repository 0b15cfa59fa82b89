"""What the stepper's panes say about a step, as text whose every word from the world is literal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from mock_services.money import format_yuan
from mock_services.pipeline import KEYS
from scenarios.runs.money_trail import changes
from scenarios.runs.story import PHASES, Line
from tui.cli.story_layout import SIGNS
from tui.judged import judged
from tui.playback import NODES, Playback
from tui.text import literal, shorten

MOST_LINES = 400
MOST_CHARACTERS = 4_000
"""Longer values and longer trees are cut, and the cut is told."""
DEEPEST = 12
MOST_OF_A_FIELD = 32

_BOOKKEEPING = ("ledger.postings", "kernel.idempotency", "kernel.counters")
"""Tables that say the least to a reader: their rows stand at the end."""

_SHOWN_ELSEWHERE = ("changes", "words", "start")

HEADING = "bold underline"
_EARLIEST, _LATEST = 946_684_800_000, 4_102_444_800_000  # the years 2000 to 2100 in milliseconds


def bar(playback: Playback, at: int, *, chain: bool = True) -> Text:
    """The person's clock, and the agent's graph with the node that is at work.

    Without ``chain`` the graph is left away, for a screen that draws it elsewhere.
    """
    moment = playback.moment(at)
    text = Text(f"{moment:%a %m-%d %H:%M:%S}  ", style="bold", no_wrap=True, overflow="ellipsis")
    lit = playback.node(at)
    if not playback.tells_graph:
        return text.append("this agent tells no graph", style="dim not bold")
    for n, node in enumerate(NODES if lit in ("", *NODES) else (*NODES, lit)) if chain else ():
        text.append(" " if n else "", style="not bold")
        if node == lit:
            text.append_text(literal(f"[{node}]", "bold reverse"))
        else:
            text.append(node, style="dim not bold")
    return text


def event(playback: Playback, at: int) -> Text:
    """The event in words, and then all of its data."""
    step = playback.steps[at]
    data = step.event.data
    text = Text()
    minutes, seconds = divmod(playback.elapsed_s(at), 60)
    hours, minutes = divmod(minutes, 60)
    kind = step.event.kind.replace("_", " ")
    text.append_text(literal(f"{kind} · after {hours}:{minutes:02}:{seconds:02}", "dim")).append("\n")
    for line in step.lines or (Line(step.event.seq, step.event.at, "", step.role, step.text),):
        _story_line(text, line)
    for one in judged(playback):
        if one.at == at and not one.ok:
            text.append("\n✗ failed check  ", style="bold red").append_text(literal(cut(one.told), "red")).append("\n")
    if step.event.kind == "tool_called":
        _call(text, playback, data, step.event.at)
    else:
        shown = data.get("data") if step.event.kind == "note" else data
        rest = {name: value for name, value in _mapping(shown).items() if name not in _SHOWN_ELSEWHERE}
        _section(text, "data", rest)
    return text


def world(playback: Playback, at: int) -> Text:
    """The rows that the event changed, field by field, before → after."""
    found = changes(playback.steps[at].event)
    if not found:
        return Text("this step changed nothing in the world", style="dim")
    text = Text()
    text.append(f"{len(found)} row{'s' if len(found) > 1 else ''} changed\n", style="dim")
    ordered = sorted(found, key=lambda change: change["table"] in _BOOKKEEPING)
    for n, change in enumerate(ordered):
        if n >= MOST_LINES:
            text.append(f"… and {len(found) - n} more rows\n", style="dim")
            break
        _change(text, playback, change)
    return text


def talk(playback: Playback, at: int) -> Text:
    """What was said up to the step; what is said in it stands out."""
    seq = playback.steps[at].event.seq
    text = Text()
    for line in playback.conversation(at):
        sign, style = SIGNS[line.role]
        text.append(f"{sign} ", style=style)
        text.append_text(literal(line.text, style if line.seq == seq else "")).append("\n")
    return text if text else Text("nothing was said yet", style="dim")


def row(playback: Playback, name: str) -> Text:
    """``table/key`` of a finding in one line: what the row is in the end, as far as the episode wrote it."""
    table, _, key = name.partition("/")
    found = playback.history.row(table, key, len(playback))
    text = literal(cut(f"{table} {key}"))
    for field, value in (found or {}).items():
        if value not in (None, "", key) and not isinstance(value, Mapping | list):
            shown = shorten(_value(playback, field, value), MOST_OF_A_FIELD)
            text.append_text(literal(f"  {field} ", "cyan")).append_text(literal(shown))
    return text if found else text.append("  as it was before", style="dim")


def tree(value: Any) -> Iterator[str]:
    """Nested data as indented lines of ``name: value``, harmless and of bounded length."""
    for n, line in enumerate(_tree(value, "")):
        if n >= MOST_LINES:
            yield "… (cut here; banshi show --full has all)"
            return
        yield line


# --- their parts -----------------------------------------------------------------------------------------------


def _story_line(text: Text, line: Line) -> None:
    sign, style = SIGNS[line.role]
    text.append(f"{sign} ", style=style)
    text.append_text(literal(cut(line.text))).append("\n")


def _call(text: Text, playback: Playback, data: Mapping[str, Any], answered: int) -> None:
    about = [data["access"], f"attempt {data['attempt']}", f"on {data['object']}" if data["object"] else ""]
    text.append_text(literal(" · ".join(part for part in (*about, _took(playback, data, answered)) if part), "dim"))
    text.append("\n")
    if key := _key(data):
        again = ": known, so the first answer comes again and nothing is done" if data["replayed"] else ""
        text.append_text(literal(f"idempotency key {key}{again}", "dim")).append("\n")
    elif data["access"] == "write":
        text.append("no idempotency key: sent twice, it happens twice\n", style="dim")
    fault = data["fault"]
    if fault:
        phase = str(fault["phase"])
        text.append("\nfault\n", style=f"{HEADING} red")
        text.append_text(literal(f"{fault['kind']}, phase {phase}: {PHASES.get(phase, phase)}", "red")).append("\n")
        for line in tree(fault.get("params") or {}):
            text.append_text(literal(line)).append("\n")
    _section(text, "arguments", data["args"])
    if data["ok"]:
        _section(text, "result", data["data"])
    else:
        _section(text, "error", data["error"], "red")


def _took(playback: Playback, data: Mapping[str, Any], answered: int) -> str:
    """How long an answer took, and when the call took effect, if that was not as it was answered."""
    started, effect = data["started_at"], data.get("effect_at", answered)
    took = f"answered after {(answered - started) / 1000:.1f} s" if answered > started else ""
    changed = effect != answered and data["changes"]
    return took + (f", took effect at {playback.local(effect):%H:%M:%S}" if changed else "")


def _key(data: Mapping[str, Any]) -> str:
    """The key under which a write is known, as it was recorded or sent; empty if it has none."""
    for change in data["changes"]:
        if change["table"] == KEYS.name and change["before"] is None:
            return str(change["key"]).rpartition("|")[2]
    return str(data["args"].get("request_no") or "") if data["access"] == "write" else ""


def _section(text: Text, title: str, value: Any, style: str = "") -> None:
    if value in (None, {}, []):
        return
    text.append(f"\n{title}\n", style=f"{HEADING} {style}".strip())
    for line in tree(value):
        name, colon, rest = line.partition(": ")
        text.append_text(literal(f"{name}{colon}", "cyan" if colon else "")).append_text(literal(rest)).append("\n")


def _change(text: Text, playback: Playback, change: Mapping[str, Any]) -> None:
    before, after = change["before"], change["after"]
    sign, style = ("+", "green") if before is None else ("-", "red") if after is None else ("~", "yellow")
    text.append(f"{sign} ", style=f"bold {style}")
    text.append_text(literal(cut(f"{change['table']} {change['key']}"), "bold")).append("\n")
    for name in after if after is not None else before or ():
        if (after or before or {})[name] == change["key"] and None in (before, after):
            continue
        old = None if before is None else _value(playback, name, before.get(name))
        new = None if after is None else _value(playback, name, after.get(name))
        text.append_text(literal(f"    {name}: ", "cyan"))
        if old is not None:
            text.append_text(literal(old, "red"))
        if old is not None and new is not None:
            text.append(" → ")
        if new is not None:
            text.append_text(literal(new, "green"))
        text.append("\n")


def _value(playback: Playback, name: str, value: Any) -> str:
    """A field of a row for people: fen as yuan, instants as the person's wall clock."""
    if isinstance(value, int) and not isinstance(value, bool):
        if name == "fen" or name.endswith("_fen"):
            return format_yuan(value)
        if (name == "at" or name.endswith("_at")) and _EARLIEST < value < _LATEST:
            return f"{playback.local(value):%m-%d %H:%M:%S}"
    if isinstance(value, Mapping | list):
        return cut("; ".join(line.strip() for line in tree(value)))
    return cut("·" if value in (None, "") else value)


def _tree(value: Any, indent: str) -> Iterator[str]:
    if len(indent) > 2 * DEEPEST and isinstance(value, Mapping | list):
        yield f"{indent}…"
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if isinstance(item, Mapping | list) and item:
                yield f"{indent}{cut(name)}:"
                yield from _tree(item, indent + "  ")
            else:
                yield f"{indent}{cut(name)}: {_leaf(item)}"
    elif isinstance(value, list):
        for item in value:
            lines = _tree(item, indent + "  ")
            yield f"{indent}- {next(lines, '').lstrip()}"
            yield from lines
    else:
        yield f"{indent}{_leaf(value)}"


def _leaf(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return cut(value) if value not in ("", [], {}) else "·"


def cut(value: Any) -> str:
    """A value as text of bounded length; a cut is told."""
    text = str(value)
    if len(text) <= MOST_CHARACTERS:
        return text
    return f"{text[:MOST_CHARACTERS]}… (and {len(text) - MOST_CHARACTERS} characters more)"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {"value": value}
