"""Options of engines with a language model behind them. Only those that were given reach the run's manifest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tui.cli.options import micros

F = TypeVar("F", bound=Callable[..., Any])

_MODES = click.Choice(["auto", "native", "json", "text"])
_SWITCH = click.Choice(["on", "off"])

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--base-url", default="", metavar="URL", help="Models: the OpenAI-compatible endpoint, up to /v1."),
    click.option("--key-env", default="", metavar="NAME", help="Models: the environment variable that holds the key."),
    click.option("--tool-mode", type=_MODES, help="Models: how tools are called; auto finds out."),
    click.option("--thinking", type=_SWITCH, help="Models: Qwen's thinking."),
    click.option("--temperature", type=float, help="Models: 0 by default."),
    click.option("--timeout", type=float, metavar="SECONDS", help="Models: for an answer; 60 by default."),
    click.option("--tries", type=int, help="Models: how often a question is sent to a busy endpoint; 5 by default."),
    click.option("--per-minute", type=int, metavar="N", help="Models: so many requests a minute at most."),
    click.option("--most-calls", type=int, metavar="N", help="Models: questions in one errand; 40 by default."),
    click.option("--price", default="", metavar="IN,OUT", help="Models: yuan per million tokens, over the table's."),
    click.option("--engine-cost", type=float, metavar="YUAN", help="Models: what each may cost an errand."),
    click.option(
        "--cassette",
        default="",
        metavar="record:|replay:|extend:FILE",
        help="Models: keep answers, use kept ones, or use kept ones and keep what is new.",
    ),
    click.option("--model-path", default="", metavar="FILE.gguf", help="llm:local: another model."),
)

concurrency_option = click.option(
    "--concurrency", type=click.IntRange(1, 1024), default=16, show_default=True, help="Models: errands at a time."
)
run_cost_option = click.option(
    "--run-cost", callback=micros, default=None, metavar="YUAN", help="Stop the run once its agent has cost so much."
)


def llm_options(function: F) -> F:
    """Add the options of models to a command, which takes them as keywords."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def llm_of(given: dict[str, Any], engines: list[str]) -> dict[str, Any]:
    """The options that were given, as :class:`agent.llm.options.LlmOptions` takes them.

    Raises:
        click.UsageError: they are given, and no engine has a model.
        UsageError: one of them has no such value.
    """
    chosen = {name: value for name, value in given.items() if value not in (None, "")}
    if not chosen:
        return {}
    if not any("llm:" in name or "react:" in name for name in engines):
        name = next(iter(chosen)).replace("_", "-")
        raise click.UsageError(f"--{name} is for engines with a model – e.g. --engine llm:openai:qwen-plus")
    if "thinking" in chosen:
        chosen["thinking"] = chosen["thinking"] == "on"
    if "price" in chosen:
        chosen["price"] = _price(chosen["price"])
    from agent.llm.options import read_options

    read_options(chosen)
    return chosen


def ensure_priced(engines: list[str], options: dict[str, Any]) -> None:
    """That what the models cost is known, where a run is to stop at a cost.

    Raises:
        click.UsageError: there is no price for one of them.
    """
    from agent.build import has_model
    from agent.llm.check import model_specs
    from agent.llm.options import parse_spec, read_options
    from agent.llm.prices import tariff_of

    chosen = read_options(options)
    for name in (one for engine in engines if has_model(engine) for one in model_specs(engine)):
        if not tariff_of(parse_spec(name), chosen).known:
            raise click.UsageError(f"--run-cost: no price is known of {name} – give one by --price IN,OUT")


def _price(text: str) -> list[float]:
    try:
        sides = [float(side) for side in text.split(",")]
    except ValueError:
        sides = []
    if len(sides) != 2:
        raise click.UsageError(f"--price {text!r} is no price – e.g. 0.8,2 (yuan per million tokens in and out)")
    return sides
