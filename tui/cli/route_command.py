"""``banshi route``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.options import json_option, store_option

if TYPE_CHECKING:
    from agent.route.best import BestPolicy, Worth
    from scenarios.routing.table import Row

DECIMALS = click.FloatRange(0, 1000)


@click.group(name="route", short_help="Teach a router from runs, and see what routers are worth.")
def command() -> None:
    """Which engine is best for which errand, at which node of the graph: learned from runs, and measured on others."""


@command.command(name="train")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option("-o", "--output", required=True, metavar="FILE", type=click.Path(path_type=Path), help="Where to put it.")
@click.option("--harm", type=DECIMALS, default=3.0, show_default=True, help="What harm weighs; a success weighs 1.")
@click.option("--yuan", type=DECIMALS, default=0.1, show_default=True, help="What a yuan for the engines weighs.")
@click.option("--minute", type=DECIMALS, default=0.002, show_default=True, help="What a virtual minute weighs.")
@store_option
def train(runs: tuple[str, ...], output: Path, harm: float, yuan: float, minute: float, store: Path | None) -> None:
    """Learn a policy for route:best(FILE) from runs of route:explore(ENGINE,…), in which chance decided who decides.

    It is learned once and frozen: its hash stands in the manifest of every run that uses it.
    """
    from agent.route.best import Worth, policy_hash
    from agent.route.spec import read_route
    from scenarios.routing.learn import learn
    from scenarios.routing.lessons import lessons, source_of
    from scenarios.runs.store import Store
    from scenarios.runs.sweeps import all_runs_of
    from tui.cli.output import talk

    worth = Worth(harm, yuan, minute)
    with Store(store) as opened:
        rows = all_runs_of(opened, runs)
        taught = [lesson for row in rows for lesson in lessons(opened, row, worth)]
    engines = tuple(dict.fromkeys(name for row in rows for name in read_route(row.agent)[1]))
    policy = learn(taught, engines, worth, tuple(source_of(row) for row in rows))
    try:
        output.write_bytes(policy.encode())
    except OSError as error:
        raise click.UsageError(f"cannot write {output}: {error.strerror} – name another file") from error
    talk(f"learned from {len(taught)} episodes; {output}: sha256 {policy_hash(output)}")


@command.command(name="show")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.argument("runs", metavar="[RUN...]", nargs=-1)
@json_option
@store_option
def show(file: Path | None, runs: tuple[str, ...], as_json: bool, store: Path | None) -> None:
    """What a policy knows (without FILE the one of route:best), and with RUNs its regret there.

    RUNs are one with the policy and at least one of a single engine, on the same episodes.
    """
    from agent.route.best import SHIPPED, policy_hash, read_policy
    from tui.cli.output import print_json, print_out
    from tui.text import literal

    path = file or SHIPPED
    policy = read_policy(path)
    rows = _compared(runs, policy.worth, store) if runs else []
    if as_json:
        print_json({"sha256": policy_hash(path), "policy": policy, "runs": rows})
        return
    learned = ", ".join(f"{one.run} ({one.suite}, {one.episodes} episodes)" for one in policy.learned_from)
    print_out(literal(f"sha256 {policy_hash(path)}\nlearned from {learned}"), _choices(policy))
    if rows:
        print_out(_table(rows))


@command.command(name="table")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option("--harm", type=DECIMALS, default=3.0, show_default=True, help="What harm weighs; a success weighs 1.")
@click.option("--yuan", type=DECIMALS, default=0.1, show_default=True, help="What a yuan for the engines weighs.")
@click.option("--minute", type=DECIMALS, default=0.002, show_default=True, help="What a virtual minute weighs.")
@json_option
@store_option
def table(runs: tuple[str, ...], harm: float, yuan: float, minute: float, as_json: bool, store: Path | None) -> None:
    """Engines and routers beside one another, by success, harm, price and latency, from runs of the same episodes.

    On the frontier stands who nobody beats in success without costing more. Regret is against whoever did best on
    each episode, known only afterwards.
    """
    from agent.route.best import Worth
    from tui.cli.output import print_json, print_out

    rows = _compared(runs, Worth(harm, yuan, minute), store)
    if as_json:
        print_json(rows)
    else:
        print_out(_table(rows))


def _compared(runs: tuple[str, ...], worth: Worth, store: Path | None) -> list[Row]:
    from scenarios.routing.table import compare
    from scenarios.runs.store import Store
    from scenarios.runs.sweeps import all_runs_of

    with Store(store) as opened:
        return compare(opened, all_runs_of(opened, runs), worth)


def _choices(policy: BestPolicy) -> Any:
    from tui.cli.tables import PlainTable

    rows = []
    for node, chosen in policy.chosen.items():
        total = sum(chosen.values()) or 1
        shares = [
            f"{100 * chosen.get(engine, 0) / total:.0f}%" if chosen.get(engine) else "·" for engine in policy.engines
        ]
        rows.append([node, *shares])
    columns = ["node", *policy.engines]
    return PlainTable("who decides, in the errands it was learned from", columns, rows, right=list(policy.engines))


def _table(rows: list[Row]) -> Any:
    from mock_services.money import format_yuan
    from tui.cli.tables import PlainTable

    columns = ["engine", "success", "95 %", "harmed", "harm", "yuan", "min", "worth", "regret", "frontier"]
    cells = [
        [
            row.agent,
            f"{row.success.k}/{row.success.n} {100 * row.success.rate:.1f}%",
            f"{100 * row.success.low:.0f}–{100 * row.success.high:.0f}%",
            str(row.harmful or "·"),
            format_yuan(row.harm_fen),
            f"{row.cost_micros / 1e6:.4f}",
            f"{row.virtual_ms / 60_000:.2f}",
            f"{row.worth:.4f}",
            f"{row.regret:.4f}",
            "yes" if row.frontier else "",
        ]
        for row in rows
    ]
    best = max((row for row in rows if not row.router), key=lambda row: row.worth)
    title = f"best single engine: {best.agent}; means for an errand"
    return PlainTable(title, columns, cells, right=columns[1:-1])
