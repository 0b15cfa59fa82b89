"""The entry point: which commands there are, and what becomes of an error.

Exit codes: 0 it was done (a run finished, whatever its figures), 1 a tool that was called answered with an error, a
suite did not pass the validity gate, or a condition of ``compare --fail-if`` was met, 2 wrong usage, 3 our own failure
or that of the store, 4 a session waits for an answer, 130 stopped by Ctrl-C.
``BANSHI_DEBUG=1`` shows tracebacks.
"""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
from typing import Any, NoReturn

import click

COMMANDS = (
    "run",
    "runs",
    "show",
    "fork",
    "grade",
    "fallback",
    "compare",
    "route",
    "report",
    "export",
    "import",
    "gc",
    "tui",
    "live",
    "graph",
    "tools",
    "machines",
    "world",
    "call",
    "suite",
    "validate",
    "scenario",
    "new-service",
    "doctor",
)

USAGE, FAILURE, INTERRUPTED, PIPE_CLOSED = 2, 3, 130, 141

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Banshi(click.Group):
    """Loads a command's module when it is wanted, and ends every error in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"tui.cli.{cmd_name.replace('-', '_')}_command").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name.

        Raises:
            click.UsageError: there is none; the near names are listed.
        """
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=3, cutoff=0.5) or COMMANDS
            raise click.UsageError(f"unknown command {args[0]!r} – one of {', '.join(near)}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except (BrokenPipeError, KeyboardInterrupt) as error:
            # Before click sees them: it has an exit code and a blank line of its own for these.
            ctx.exit(_end(error))
        return result

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run the command line and exit."""
        kwargs["standalone_mode"] = False
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                # A terminal that cannot show a character shows its number instead of failing.
                stream.reconfigure(errors="backslashreplace")
        try:
            code = super().main(*args, **kwargs)
        except Exception as error:
            code = _end(error)
        sys.exit(code if isinstance(code, int) else 0)


def _end(error: BaseException) -> int:
    if os.environ.get("BANSHI_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    if isinstance(error, KeyboardInterrupt | click.Abort):
        complain("stopped")
        return INTERRUPTED
    from mock_services.errors import BanshiError, UsageError

    if isinstance(error, click.ClickException):
        complain(error.format_message().rstrip("."))
        return USAGE
    if isinstance(error, UsageError):
        complain(str(error))
        return USAGE
    if isinstance(error, BanshiError):
        complain(str(error))
        return FAILURE
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        complain(
            f"{error.filename or 'stdout'}: cannot write to it: {error.strerror} – make room; what ran is recorded"
        )
        return FAILURE
    complain(f"a mistake of ours: {type(error).__name__}: {error} (BANSHI_DEBUG=1 shows where)")
    return FAILURE


def complain(text: str) -> None:
    """Say what is wrong, in one line on stderr."""
    from scenarios.runs.plaintext import plain

    click.echo(f"banshi: {plain(text)}", err=True)


@click.group(
    cls=Banshi,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=False,
    invoke_without_command=True,
)
@click.version_option(package_name="banshi", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """A flight simulator for life-assistant agents: order, pay, travel – and things that break.

    Data goes to stdout, talk to stderr. Runs are kept in $BANSHI_HOME, or in your data folder.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
        return
    from agent.tracing import hush

    hush()


def main() -> NoReturn:
    """What the console script ``banshi`` calls."""
    # Importing makes objects by the hundred thousand and garbage of hardly any: with Python's own threshold of a few
    # hundred a tenth of a short run goes into looking for it.
    gc.set_threshold(50_000)
    cli.main(prog_name="banshi")
