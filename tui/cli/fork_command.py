"""``banshi fork``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.llm_options import llm_of, llm_options
from tui.cli.options import json_option, store_option

if TYPE_CHECKING:
    from scenarios.forking.fork import Original
    from scenarios.forking.turn import Turn
    from tui.futures import Futures
    from tui.playback import Step

_STEP = re.compile(r"(?P<tool>[a-z][a-z0-9_]*)(:(?P<nth>\d{1,6}))?\Z", re.ASCII)


@click.command(name="fork", short_help="Take another road from a step of a recorded episode on.")
@click.argument("run", metavar="RUN")
@click.argument("episode", metavar="EPISODE")
@click.option(
    "--at", required=True, metavar="STEP", help="The step, as the app numbers them, or TOOL[:NTH], its NTH call."
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND@WHERE[:PHASE]",
    help="What strikes the next call of a tool or a service, or the engine's next decision; repeatable.",
)
@click.option("--no-faults", is_flag=True, help="What the fault plan still holds strikes no more.")
@click.option("--fallback", default="", metavar="none|retry|full|FILE", help="Another fallback policy.")
@click.option("--engine", default="", metavar="SPEC", help="Another engine takes over.")
@click.option(
    "--answer", default="", metavar="TEXT", help="What the person says to the next question: 'refused: too dear', …"
)
@click.option("--dry-run", is_flag=True, help="Record nothing.")
@llm_options
@json_option
@store_option
def command(
    run: str,
    episode: str,
    at: str,
    faults: tuple[str, ...],
    no_faults: bool,
    fallback: str,
    engine: str,
    answer: str,
    dry_run: bool,
    as_json: bool,
    store: Path | None,
    **llm: Any,
) -> None:
    """Rebuild an episode up to a step from its record, change something, and see what becomes of it.

    EPISODE is its number in the run, or SCENARIO/PLAN. All before the step is as it was, event by event, or the fork is
    refused. All after it is alive, graded like any other episode, and recorded as a run of its own.

    \b
    banshi fork r0001 3 --at alipay_pay --fault timeout@alipay_pay:lost_ack
    banshi fork r0001 3 --at 17 --answer 'refused: too dear' --fallback none
    """
    from scenarios.forking.fork import fork, keep, original_of
    from tui.cli.output import print_json, print_out
    from tui.futures import Futures

    original = original_of(store, run, _ordinal(store, run, episode))
    turn = _turn(original, faults, no_faults, fallback, engine, answer, llm)
    made = fork(original, _step(original, at), turn)
    futures = Futures(made if dry_run else keep(made, store))
    if as_json:
        print_json(futures.to_json())
    else:
        print_out(*_told(futures))


def _ordinal(store: Path | None, run: str, episode: str) -> int:
    from scenarios.runs.lookup import find_episode
    from scenarios.runs.store import Store

    with Store(store) as opened:
        name = f"{run}:{episode}" if episode.isascii() and episode.isdigit() else episode
        return find_episode(opened, name, run).ordinal


def _turn(
    original: Original,
    faults: tuple[str, ...],
    no_faults: bool,
    fallback: str,
    engine: str,
    answer: str,
    llm: dict[str, Any],
) -> Turn:
    from mock_services.faults import Fault
    from scenarios.episode import base_of
    from scenarios.forking.turn import Turn, read_fault, read_said

    if not (faults or no_faults or fallback or engine or answer):
        raise click.UsageError("nothing is to change – give --fault, --no-faults, --fallback, --engine or --answer")
    scenario = original.suite.scenario(original.spec.scenario)
    registry = base_of(scenario, original.suite.services).registry
    found = [read_fault(text, registry) for text in faults]
    return Turn(
        0,
        tuple(one for one in found if isinstance(one, Fault)),
        tuple(one for one in found if not isinstance(one, Fault)),
        no_faults,
        fallback,
        engine,
        read_said(answer) if answer else None,
        llm_of(llm, [engine or original.spec.agent]),
    )


def _step(original: Original, at: str) -> int:
    """The step that is meant, counted from 0."""
    from mock_services.errors import UsageError
    from scenarios.runs.naming import did_you_mean

    if at.isascii() and at.isdigit():
        return int(at[:9]) - 1
    found = _STEP.fullmatch(at)
    calls = [n for n, event in enumerate(original.events) if found and event.data.get("tool") == found["tool"]]
    nth = int(found["nth"] or 1) if found else 1
    if not 1 <= nth <= len(calls):
        steps = f"a step from 1 to {len(original.events)}, or a tool"
        tools = dict.fromkeys(event.data["tool"] for event in original.events if event.kind == "tool_called")
        raise UsageError(
            f"{original.name} has no call {at!r}",
            where="--at",
            fix=did_you_mean(found["tool"] if found else at, tools, steps),
        )
    return calls[nth - 1]


def _told(futures: Futures) -> list[Any]:
    from rich.text import Text

    from tui.cli.tables import PlainTable
    from tui.futures import figures
    from tui.text import literal

    forked = futures.forked
    rows = []
    for name, result in ((forked.original.name, forked.original.result), (forked.run or "not kept", forked.result)):
        told = figures(result)
        ended = told["outcome"].replace("_", " ") + (f", {told['label']}" if told["label"] else "")
        rows.append([name, literal(ended), told["spent"], told["harm"], str(told["calls"]), str(told["asks"])])
    columns = ["", "ended", "spent", "harm", "calls", "asks"]
    items: list[Any] = [
        literal(f"{futures.title}: {forked.turn.told}", "bold"),
        PlainTable("", columns, rows, right=columns[2:]),
    ]
    items += [literal(f"but {never}", "yellow") for never in forked.idle]
    if futures.parted is None:
        return [*items, Text("no difference: both futures are the same")]
    items.append(Text("the first difference", style="bold"))
    items += [_side(name, step) for name, step in zip(("as it was", "the fork"), futures.parted, strict=True)]
    return items


def _side(name: str, step: Step | None) -> Any:
    from tui.futures import in_a_line
    from tui.text import literal

    if step is None:
        return literal(f"  {name:<10} nothing", "dim")
    return literal(f"  {name:<10} step {step.event.seq + 1}, {step.clock}: {in_a_line(step)}")
