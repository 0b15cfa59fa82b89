"""``banshi live``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.llm_options import llm_of, llm_options
from tui.cli.options import json_option, max_cost_option, service_option, tracing_option

if TYPE_CHECKING:
    from mock_services.trace import Event
    from scenarios.session.seat import Question, Reply
    from scenarios.session.session import Session

WAITS = 4
"""The exit code of a session that is kept until somebody answers."""


@click.command(name="live", short_help="Take the person's seat in one errand, and answer the agent yourself.")
@click.argument("suite", metavar="[SUITE|FILE]", default="")
@click.argument("scenario", metavar="[ID]", default="")
@click.option("--plan", default="clean", show_default=True, metavar="NAME", help="The fault plan.")
@click.option("--engine", default="", metavar="SPEC", help="rules (default), sim:hasty …, or a reference.")
@click.option("--agent", default="", metavar="MODULE:ATTR", help="A callable or a LangGraph graph of yours.")
@click.option("--fallback", default="full", show_default=True, metavar="none|retry|full|FILE", help="Fallback policy.")
@click.option("--guard", type=click.Choice(["on", "off"]), default="on", show_default=True, help="Check every write.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Redraws the chances.")
@max_cost_option
@click.option("--resume", default="", metavar="SESSION", help="Go on with a session, such as s0001.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="TEXT",
    help="What the person says next; repeatable. '' is in character.",
)
@click.option("--stream/--no-stream", default=True, help="Tell what happens as it happens (the default).")
@click.option("--list", "listing", is_flag=True, help="List the sessions.")
@llm_options
@tracing_option
@service_option
@json_option
def command(
    suite: str,
    scenario: str,
    plan: str,
    engine: str,
    agent: str,
    fallback: str,
    guard: str,
    seed: int,
    max_cost: int | None,
    resume: str,
    answers: tuple[str, ...],
    stream: bool,
    listing: bool,
    tracing: bool,
    services: tuple[str, ...],
    as_json: bool,
    **llm: Any,
) -> int:
    """Let the agent carry out one errand of a suite, and be the person whose errand it is.

    What the agent asks is asked at the terminal, or answered by --answer; an empty line says what the simulated person
    would say. The session is kept at every step: stop it, or kill it, and --resume goes on without doing anything
    twice. It ends graded and recorded like any other episode. Exits with 4 if it waits for an answer.
    """
    from scenarios.session.session import Session
    from scenarios.session.shelf import folder, new_path
    from tui.cli.run_plan import manifest_of

    if listing:
        return _list(as_json)
    if bool(resume) == bool(suite):
        raise click.UsageError("name a suite and a scenario, or a session – e.g. banshi live smoke smoke-zh-latte")
    if tracing:
        from agent.tracing import turn_on

        turn_on()
    if os.getcwd() not in sys.path:  # noqa: PTH109 - sys.path holds strings
        # As for `banshi run`: somebody's agent is in the folder that it is called in.
        sys.path.insert(0, os.getcwd())  # noqa: PTH109
    if resume:
        opened = Session.open(folder() / f"{Path(resume).name}.db")
    else:
        if not scenario:
            raise click.UsageError(f"which scenario of {suite}? – see `banshi scenario --help`")
        if engine and agent:
            raise click.UsageError("--engine and --agent exclude each other – give one of the two")
        options: dict[str, Any] = {"fallback": fallback, "guard": guard == "on"}
        if max_cost is not None:
            options["max_cost_micros"] = max_cost
        name = agent or engine or "rules"
        if models := llm_of(llm, [name]):
            options["llm"] = models
        path = new_path()
        options["session"] = path.stem
        selection = {"faults": plan, "only": (scenario,), "family": (), "locale": (), "limit": ""}
        try:
            manifest, loaded = manifest_of((suite,), services, name, options, {"seed": seed}, selection)
            opened = Session.start(manifest, loaded, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    with opened as session:
        return _play(session, list(answers), stream and not as_json, as_json)


def _play(session: Session, answers: list[str], stream: bool, as_json: bool) -> int:
    from tui.cli.output import print_json, talk

    screen = _Screen(stream, session.scenario.offset_min)
    talk(f"session {session.name}: you are {session.scenario.person.name}")
    try:
        # A session may have been left with a question open, or killed: going on finds out.
        session.proceed(screen.tell)
        while session.result is None and session.question is not None:
            reply = _answer(session.question, answers, screen)
            if reply is None:
                break
            session.answer(reply)
            session.proceed(screen.tell)
    except KeyboardInterrupt:
        click.echo("", err=True)
        talk(f"kept – banshi live --resume {session.name} goes on")
        raise
    if answers:
        talk(f"not asked for: {len(answers)} of the answers")
    if as_json:
        print_json(_data(session))
    elif session.result is not None:
        screen.end(session)
    else:
        talk(f"it waits for an answer – banshi live --resume {session.name} --answer …")
    return 0 if session.result is not None else WAITS


def _answer(question: Question, answers: list[str], screen: _Screen) -> Reply | None:
    """What the person says: given beforehand, or at the terminal; None if nobody says anything."""
    from mock_services.errors import UsageError
    from scenarios.session.seat import read_reply
    from tui.cli.output import talk

    if answers:
        return read_reply(question, answers.pop(0))
    screen.ask(question)
    while True:
        click.echo("> ", nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            click.echo("", err=True)
            return None
        try:
            return read_reply(question, line)
        except UsageError as error:
            if not sys.stdin.isatty():
                raise
            talk(str(error))


class _Screen:
    """Tells a session at the terminal: what happens on stdout, what is asked on stderr."""

    def __init__(self, stream: bool, offset_min: int) -> None:
        from scenarios.runs.story import Narrator

        self._stream = stream
        self._narrator = Narrator(offset_min)
        self._asked = False

    def tell(self, event: Event) -> None:
        """An event, in the lines of ``banshi show``."""
        from tui.cli.output import print_out
        from tui.cli.story_layout import lay_lines

        lines = self._narrator.lines_of(event)
        if self._asked and event.data.get("tool") in ("user_ask", "user_confirm"):
            # What was asked has just been on the screen.
            lines = [line for line in lines if line.role != "asks"]
            self._asked = False
        if self._stream and lines:
            print_out(lay_lines(lines))

    def ask(self, question: Question) -> None:
        """What the person is asked, and what they would say in character."""
        from tui.cli.output import talk
        from tui.phone import in_character, offered

        self._asked = True
        if question.text:
            talk(f"» {question.text}" + (f" ({question.topic})" if question.topic else ""))
        for line in offered(question):
            talk(f"  {line}")
        talk(f"  (an empty line says, as the person would: {in_character(question)})")

    def end(self, session: Session) -> None:
        """How it ended."""
        from scenarios.runs.story import tell
        from tui.cli.output import print_out, talk
        from tui.cli.story_layout import lay_end

        assert session.result is not None
        print_out(*lay_end(tell(session.result), full=False))
        talk(f"recorded as {session.run} – banshi show {session.run}:0")


def _data(session: Session) -> dict[str, Any]:
    from msgspec import to_builtins

    result = session.result
    data: dict[str, Any] = {"session": session.name, "state": "waiting" if result is None else "ended"}
    if session.question is not None:
        data["question"] = to_builtins(session.question)
    if result is not None:
        verdict = to_builtins(result.verdict)
        data |= {"run": session.run, "episode": result.id, "digest": result.digest, "verdict": verdict}
    return data


def _list(as_json: bool) -> int:
    from scenarios.session.shelf import listed
    from tui.cli.output import print_json, print_out
    from tui.cli.tables import PlainTable
    from tui.text import shorten

    found = listed()
    if as_json:
        print_json(found)
        return 0
    rows = [[one.name, shorten(one.episode, 50), shorten(one.agent, 30), one.state, one.run or "·"] for one in found]
    print_out(PlainTable(f"{len(rows)} sessions", ["session", "episode", "agent", "state", "run"], rows))
    return 0
