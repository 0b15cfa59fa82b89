"""``banshi run``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.llm_options import concurrency_option, ensure_priced, llm_of, llm_options, run_cost_option
from tui.cli.options import json_option, max_cost_option, service_option, store_option, tags_option, tracing_option

if TYPE_CHECKING:
    from scenarios.loader import Suite
    from scenarios.runs.manifest import Manifest
    from scenarios.runs.store import Store


@click.command(name="run", short_help="Run errands and grade them.")
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
    default="all",
    show_default=True,
    metavar="none|all|NAME,…",
    help="Fault plans; rate:0.2 is one of chance.",
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
@click.option("--epsilon", default="0", metavar="0…5,…", help="How disordered the words are made (generated suites).")
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
@click.option("--resume", default="", metavar="RUN", help="Finish this run; its own suite and options are used.")
@service_option
@json_option
@click.option("--events", is_flag=True, help="Print what happens as it happens, a line of JSON each.")
@store_option
def command(
    sources: tuple[str, ...],
    engine: str,
    agent: str,
    agents: str,
    faults: str,
    fallback: str,
    guard: str,
    workers: int | None,
    seed: int,
    epochs: int,
    epsilon: str,
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

    Every episode is recorded as it ends. After Ctrl-C or a crash, the same command again goes on where it stopped.
    """
    from agent.route.spec import split_specs
    from scenarios.runs.runner import cores, open_job, reopen
    from scenarios.runs.store import Store
    from tui.cli.carrying import Carrier
    from tui.cli.output import talk

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
    planned: list[tuple[Manifest, Suite] | None] = [None]
    if not resume:
        policies = [name.strip() for name in fallback.split(",") if name.strip()]
        capped = {} if max_cost is None else {"max_cost_micros": max_cost}
        options = [{"fallback": policy, "guard": guard == "on", **capped} for policy in dict.fromkeys(policies)]
        models = llm_of(llm, names)
        if run_cost is not None:
            ensure_priced(names, models)
        selection: dict[str, Any] = {"faults": faults, "only": only, "family": family, "locale": locale}
        selection |= {"limit": limit, "level": level}
        draws = {"seed": seed, "epochs": epochs, "epsilons": _epsilons(epsilon), "traces": traces}
        draws |= _wording(wording)
        suites = [sources] if fresh is None else [sources, (f"fresh:{fresh}",)]
        planned = [
            manifest_of(suite, services, name, {**chosen, **_with_models(name, models)}, draws, selection)
            for suite in suites
            for name in names or ["rules"]
            for chosen in options
        ]
    means = {
        "worker_count": workers or cores(),
        "concurrency": concurrency,
        "cluster": "" if cluster == "local" else cluster,
        "most_micros": run_cost,
    }
    with Store(store, write=True) as opened:
        runs = []
        with Carrier(means, events=events) as carrier:
            for one in planned:
                job = open_job(opened, *one, tags=tags) if one else reopen(opened, resume)
                if job.resumed and not events:
                    row = opened.run(job.run)
                    talk(f"resuming {job.run}: {row.done} of {row.planned} episodes are there")
                runs.append(job.run)
                if not carrier.carry_out(opened, job):
                    return _stopped(opened, job.run)
        return 0 if events else _tell(opened, runs, as_json, gaps=fresh is not None)


def _with_models(agent: str, models: dict[str, Any]) -> dict[str, Any]:
    """The options of models, for an agent that has one."""
    from agent.build import has_model

    return {"llm": models} if models and has_model(agent) else {}


def manifest_of(
    sources: tuple[str, ...],
    services: tuple[str, ...],
    agent: str,
    options: dict[str, Any],
    draws: dict[str, Any],
    selection: dict[str, Any],
) -> tuple[Manifest, Suite]:
    """The manifest of a run and its suite, from what the options say.

    Raises:
        UsageError: an unknown suite or service, or a mistake in a file.
    """
    from importlib.metadata import version

    from agent.build import pins
    from mock_services.extras import find_extras
    from scenarios.runs.manifest import Manifest, Selection
    from scenarios.runs.plan import load_sources, resolve_sources

    resolved = resolve_sources(sources)
    extras = find_extras(services)
    suite = load_sources(resolved, extras)
    chosen = Selection(**selection)
    manifest = Manifest(
        version=version("banshi"),
        sources=resolved,
        suite=suite.name,
        suite_hash=suite.hash,
        agent=agent,
        options=options,
        selection=chosen,
        services=extras,
        pins=pins(agent),
        **draws,
    )
    return manifest, suite


def _epsilons(text: str) -> tuple[int, ...]:
    try:
        return tuple(dict.fromkeys(int(part) for part in text.split(",")))
    except ValueError as error:
        raise click.UsageError(f"--epsilon {text!r} is no list of levels – e.g. 0,2,4") from error


def _wording(text: str) -> dict[str, str]:
    if text == "main":
        return {}
    from scenarios.families.perturb import BANKS, bank_hash

    name = text if text in BANKS else str(Path(text).resolve())
    return {"wording": name, "wording_hash": bank_hash(name)}


def _stopped(store: Store, run: str) -> int:
    from tui.cli.output import talk

    row = store.run(run)
    talk(
        f"banshi: stopped; {row.done} of {row.planned} episodes are recorded"
        f" – banshi run --resume {run} finishes the run"
    )
    return 130


def _tell(store: Store, runs: list[str], as_json: bool, *, gaps: bool = False) -> int:
    """Print the figures of a run; of several runs beside one another, as JSON in a list.

    With ``gaps`` the second half of the runs is of a fresh suite, and the gap to it is told.
    """
    from scenarios.runs.summary import summarise
    from tui.cli.output import print_json, print_out, talk
    from tui.cli.run_tables import as_data, beside, gap_lines, gaps_of, tables

    summaries = [summarise(store, store.run(run)) for run in runs]
    for summary in summaries:
        broken = next((failure for failure in summary.failures if failure.outcome == "error"), None)
        if broken is not None:
            count, of = summary.outcomes["error"], summary.episodes
            talk(f"banshi: {count} of {of} episodes failed by a fault of ours, e.g. banshi show {broken.episode}")
    half = len(summaries) // 2
    if as_json:
        data = [as_data(summary) for summary in summaries]
        found = gaps_of(summaries) if gaps else []
        print_json({"runs": data, "gaps": found} if gaps else data if len(data) > 1 else data[0])
    elif gaps:
        print_out(*beside(summaries[:half]), *beside(summaries[half:]), *gap_lines(gaps_of(summaries)))
    elif len(summaries) > 1:
        print_out(*beside(summaries))
    else:
        print_out(*tables(summaries[0]))
    return 0
