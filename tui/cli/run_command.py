"""``banshi run``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.llm_options import concurrency_option, ensure_priced, llm_of, llm_options, run_cost_option
from tui.cli.options import json_option, max_cost_option, service_option, store_option, tags_option, tracing_option
from tui.cli.sections import Sectioned

if TYPE_CHECKING:
    from scenarios.loader import Suite
    from scenarios.runs.manifest import Manifest
    from scenarios.runs.store import Store
    from tui.cli.carrying import Carrier


SECTIONS = {
    "Who runs it": ("engine", "agent", "agents", "fallback", "guard", "max_cost"),
    "What is run": (
        *("faults", "epsilon", "seed", "epochs", "limit", "only", "family", "locale", "level"),
        *("wording", "fresh", "services"),
    ),
    "How it is carried out": ("workers", "cluster", "resume", "run_cost", "check_invariants", "tracing"),
    "What is kept and told": ("tags", "traces", "store", "as_json", "events"),
    "Models": (
        *("base_url", "key_env", "concurrency", "tool_mode", "thinking", "temperature", "timeout", "tries"),
        *("per_minute", "most_calls", "price", "engine_cost", "cassette", "model_path"),
    ),
}


@click.command(name="run", short_help="Run errands and grade them.", cls=Sectioned, sections=SECTIONS)
@click.argument("sources", metavar="SUITE|FILE...", nargs=-1)
@click.option(
    "--engine",
    default="",
    metavar="SPEC",
    help="rules (default), sim:hasty, llm:openai:MODEL, route:failover(A,B) …, or oracle, noop …",
)
@click.option("--agent", default="", metavar="MODULE:ATTR", help="A callable or a LangGraph graph of yours.")
@click.option("--agents", default="", metavar="SPEC,…", help="Several engines or agents, a run for each.")
@click.option(
    "--faults",
    multiple=True,
    default=("all",),
    metavar="none|all|NAME,…",
    help="Fault plans, all by default; rate:0.2 is one of chance. Given again: a run for each.",
)
@click.option(
    "--fallback",
    default="full",
    show_default=True,
    metavar="none|retry|full|FILE,…",
    help="Fallback policy; of several, a run for each.",
)
@click.option("--guard", type=click.Choice(["on", "off"]), default="on", show_default=True, help="Check every write.")
@click.option("--workers", type=click.IntRange(1, 256), default=None, help="Processes; by default one per core.")
@click.option(
    "--cluster",
    default=None,
    metavar="ADDRESS",
    help="Carry it out on a Ray cluster: host:port, auto (this machine's), or local (a new one).",
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Redraws the chances.")
@click.option("--epochs", type=click.IntRange(1, 1000), default=1, help="Repeat every episode with so many seeds.")
@click.option(
    "--epsilon",
    multiple=True,
    default=("0",),
    metavar="0…5,…",
    help="How disordered the words are made (generated suites). Given again: a run for each.",
)
@click.option(
    "--wording",
    default="main",
    show_default=True,
    metavar="main|apart|second|FOLDER",
    help="Whose words (generated suites).",
)
@click.option(
    "--fresh", type=click.IntRange(0), default=None, metavar="SEED", help="Beside core-v1 a fresh suite, and the gap."
)
@click.option(
    "--trace",
    "traces",
    type=click.Choice(["all", "failures", "none"]),
    default="all",
    show_default=True,
    help="Whose traces are kept; rows and digests always are.",
)
@click.option("--limit", default="", metavar="N|A-B", help="Only the first N scenarios, or from A to B.")
@click.option(
    "--only", multiple=True, metavar="ID", help="Only this scenario, or a pattern such as 'zh-*'; repeatable."
)
@click.option("--family", multiple=True, metavar="NAME", help="Only this family; repeatable.")
@click.option("--locale", multiple=True, metavar="zh|en|id", help="Only this language; repeatable.")
@click.option("--level", multiple=True, type=click.IntRange(1, 5), help="Only this difficulty; repeatable.")
@max_cost_option
@run_cost_option
@concurrency_option
@llm_options
@tracing_option
@click.option(
    "--check-invariants", is_flag=True, help="Check that the money is right after every call, not at the end."
)
@tags_option("Labels to find the run by; `banshi runs --tags` lists such runs.")
@click.option("--resume", default="", metavar="RUN", help="Finish this run or sweep; its own suite and options hold.")
@service_option
@json_option
@click.option("--events", is_flag=True, help="Print what happens as it happens, a line of JSON each.")
@store_option
def command(
    sources: tuple[str, ...],
    engine: str,
    agent: str,
    agents: str,
    faults: tuple[str, ...],
    fallback: str,
    guard: str,
    workers: int | None,
    seed: int,
    epochs: int,
    epsilon: tuple[str, ...],
    wording: str,
    fresh: int | None,
    traces: str,
    limit: str,
    only: tuple[str, ...],
    family: tuple[str, ...],
    locale: tuple[str, ...],
    level: tuple[int, ...],
    max_cost: int | None,
    run_cost: int | None,
    concurrency: int,
    cluster: str | None,
    tracing: bool,
    check_invariants: bool,
    tags: tuple[str, ...],
    resume: str,
    services: tuple[str, ...],
    as_json: bool,
    events: bool,
    store: Path | None,
    **llm: Any,
) -> int:
    """Run the errands of a suite (or of scenario files), clean and with their faults, and grade them.

    Several agents or policies, or --faults or --epsilon given again, make a sweep: a run for each combination, under
    one name, with one table. Every episode is recorded as it ends. After Ctrl-C or a crash, the same command again
    goes on where it stopped.
    """
    from agent.route.spec import split_specs
    from scenarios.runs.runner import cores
    from scenarios.runs.store import Store
    from scenarios.runs.sweeps import is_sweep
    from tui.cli.carrying import Carrier
    from tui.cli.run_plan import cells_of, epsilons_of, models_of, wording_of

    if events and as_json:
        raise click.UsageError("--events and --json exclude each other – `banshi runs show RUN --json` has the figures")
    if sum(map(bool, (engine, agent, agents))) > 1:
        raise click.UsageError("--engine, --agent and --agents exclude each other – give one of the three")
    if agent and ":" not in agent:
        raise click.UsageError(f"--agent {agent!r} is not MODULE:ATTR – e.g. my_agent:run")
    if not sources and not resume:
        raise click.UsageError("say what to run – e.g. banshi run core")
    if resume and sources:
        raise click.UsageError("--resume uses the run's own suite – leave the suite away")
    if resume and tags:
        raise click.UsageError(f"--resume keeps the run's own tags – banshi runs tag {resume} +TAG adds one")
    if resume and services:
        raise click.UsageError("--resume uses the run's own services – leave --service away")
    if os.getcwd() not in sys.path:  # noqa: PTH109 - sys.path holds strings
        # A console script does not see the folder that it is called in, and that is where somebody's agent is.
        sys.path.insert(0, os.getcwd())  # noqa: PTH109
    if tracing:
        from agent.tracing import turn_on

        turn_on()
    if check_invariants:
        from scenarios.live import CHECK_ALWAYS

        os.environ[CHECK_ALWAYS] = "1"
    names = list(dict.fromkeys(split_specs(agents or agent or engine)))
    cells: list[tuple[Manifest, Suite]] = []
    if not resume:
        policies = [name.strip() for name in fallback.split(",") if name.strip()]
        capped = {} if max_cost is None else {"max_cost_micros": max_cost}
        models = llm_of(llm, names)
        if run_cost is not None:
            ensure_priced(names, models)
        cells = cells_of(
            [sources] if fresh is None else [sources, (f"fresh:{fresh}",)],
            services,
            [(name, models_of(name, models)) for name in names or ["rules"]],
            [{"fallback": policy, "guard": guard == "on", **capped} for policy in policies],
            [",".join(part.strip() for part in one.split(",")) for one in faults],
            [epsilons_of(one) for one in epsilon],
            {"seed": seed, "epochs": epochs, "traces": traces, **wording_of(wording)},
            {"only": only, "family": family, "locale": locale, "limit": limit, "level": level},
        )
    means = {
        "worker_count": workers or cores(),
        "concurrency": concurrency,
        "cluster": "" if cluster == "local" else cluster,
        "most_micros": run_cost,
    }
    with Store(store, write=True) as opened:
        carrier = Carrier(means, events=events)
        if len(cells) > 1 or is_sweep(resume):
            return _sweep(opened, carrier, cells, tags, resume, as_json)
        return _run(opened, carrier, cells, tags, resume, as_json)


def _run(
    store: Store,
    carrier: Carrier,
    cells: list[tuple[Manifest, Suite]],
    tags: tuple[str, ...],
    resume: str,
    as_json: bool,
) -> int:
    from scenarios.runs.runner import open_job, reopen
    from tui.cli.output import talk
    from tui.cli.run_told import tell_run

    with carrier:
        job = reopen(store, resume) if resume else open_job(store, *cells[0], tags=tags)
        if job.resumed and not carrier.tells:
            row = store.run(job.run)
            talk(f"resuming {job.run}: {row.done} of {row.planned} episodes are there")
        finished = carrier.carry_out(store, job)
    if not finished:
        row = store.run(job.run)
        return _stopped(f"{row.done} of {row.planned} episodes are recorded", job.run, "the run")
    if not carrier.tells:
        tell_run(store, job.run, as_json)
    return 0


def _sweep(
    store: Store,
    carrier: Carrier,
    cells: list[tuple[Manifest, Suite]],
    tags: tuple[str, ...],
    resume: str,
    as_json: bool,
) -> int:
    from scenarios.runs import sweeps
    from scenarios.runs.sweeping import open_sweep, reopen_sweep
    from tui.cli.output import talk
    from tui.cli.run_told import tell_sweep

    with carrier:
        job = reopen_sweep(store, resume) if resume else open_sweep(store, cells, tags=tags)
        row = sweeps.sweep(store, job.sweep)
        if job.resumed and not carrier.tells:
            talk(f"resuming {row.sweep}: {row.done} of {row.planned} episodes in {row.cells} runs are there")
        finished = carrier.carry_out_sweep(store, job)
    if not finished:
        row = sweeps.sweep(store, job.sweep)
        return _stopped(f"{row.done} of {row.planned} episodes of {row.sweep} are recorded", row.sweep, "the sweep")
    if not carrier.tells:
        tell_sweep(store, job.sweep, as_json)
    return 0


def _stopped(how_far: str, name: str, what: str) -> int:
    from tui.cli.carrying import INTERRUPTED
    from tui.cli.output import talk

    talk(f"banshi: stopped; {how_far} – banshi run --resume {name} finishes {what}")
    return INTERRUPTED
