"""Inspect AI's own loop with its mock model: one ``eval`` of some samples, log on, for each line that comes in.

Run by :mod:`benchmarks.peers` with the Python of ``.venv-peers``; needs nothing of ours. Every sample makes ten tool
calls, one a turn, by turns of a tool that reads the sample's store and one that writes to it, and then answers; the
scorer compares the answer. The line says what the ``eval`` is to do without: nothing (``whole``), or the buffer that
its viewer reads while it runs (``plain``). Answers with a line of JSON: samples, and the seconds that they took.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

os.environ["INSPECT_DISPLAY"] = "none"

from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import tool
from inspect_ai.util import store

SAMPLES, CALLS = 50, 10
MODEL = "mockllm/model"
ANSWER = "It is done."
USED = ModelUsage(input_tokens=200, output_tokens=20, total_tokens=220)
"""Given, as a provider would: a mock answer without it makes Inspect fetch a tokenizer to count."""


@tool  # type: ignore[untyped-decorator]
def read_note() -> Any:
    """A tool that reads."""

    async def execute(name: str) -> str:
        """Read a note.

        Args:
            name: The note's name.
        """
        return json.dumps({"name": name, "text": store().get(name, "")})

    return execute


@tool  # type: ignore[untyped-decorator]
def write_note() -> Any:
    """A tool that writes."""

    async def execute(name: str, text: str) -> str:
        """Write a note.

        Args:
            name: The note's name.
            text: What it is to say.
        """
        store().set(name, text)
        return "written"

    return execute


def reply(messages: list[Any], *_: Any) -> ModelOutput:
    """The mock model: the next call, or the answer once there were ten."""
    made = sum(message.role == "tool" for message in messages)
    if made == CALLS:
        output = ModelOutput.from_content(MODEL, ANSWER)
    elif made % 2:
        output = ModelOutput.for_tool_call(MODEL, "read_note", {"name": f"note {made - 1}"})
    else:
        output = ModelOutput.for_tool_call(MODEL, "write_note", {"name": f"note {made}", "text": "milk, bread"})
    output.usage = USED
    return output


def one_eval(way: str, folder: str) -> None:
    """Evaluate all samples once; stops the program if one of them did not make its calls and get its mark."""
    errands = [Sample(input=f"Write down errand {n}.", target=ANSWER) for n in range(SAMPLES)]
    task = Task(
        dataset=MemoryDataset(errands), solver=[use_tools(read_note(), write_note()), generate()], scorer=includes()
    )
    (log,) = evaluate(
        task,
        model=get_model(MODEL, custom_outputs=reply, memoize=False),
        log_dir=folder,
        log_format="eval",
        display="none",
        log_realtime=False if way == "plain" else None,
    )
    calls = {sum(message.role == "tool" for message in sample.messages) for sample in log.samples or ()}
    if log.status != "success" or calls != {CALLS} or log.results.scores[0].metrics["accuracy"].value != 1:
        sys.exit(f"inspect-ai: {log.status}, calls {sorted(calls)}: {log.error}")


def main() -> None:
    """Serve passes until nobody asks for more."""
    with TemporaryDirectory() as folder:
        one_eval("whole", folder)
    print(json.dumps({"version": version("inspect_ai"), "samples": SAMPLES, "calls": CALLS}), flush=True)
    for line in sys.stdin:
        with TemporaryDirectory() as folder:
            gc.collect()
            wall, used = perf_counter(), process_time()
            one_eval(line.strip(), folder)
            took = {"wall_s": perf_counter() - wall, "processor_s": process_time() - used}
            size = sum(file.stat().st_size for file in Path(folder).rglob("*.eval"))
        print(json.dumps({"samples": SAMPLES, "log_bytes": size, **took}), flush=True)


if __name__ == "__main__":
    main()
