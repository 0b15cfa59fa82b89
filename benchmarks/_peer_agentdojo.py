"""AgentDojo's ground truths replayed and graded: for each line that comes in, one pass over two of its suites.

Run by :mod:`benchmarks.peers` with the Python of ``.venv-peers``; needs nothing of ours. Answers with a line of JSON:
how many tool calls were made, how many tasks passed AgentDojo's own check, and the seconds that the pass took.

What is timed is AgentDojo's public ``run_task_with_pipeline`` and nothing else. As ``fresh`` it makes each task's
environment as a benchmark run does, from the suite's YAML; as ``copied`` it is given a copy of one made before.
"""

from __future__ import annotations

import gc
import json
import sys
import warnings
from importlib.metadata import version
from time import perf_counter, process_time
from typing import Any

warnings.filterwarnings("ignore")

from agentdojo.agent_pipeline.ground_truth_pipeline import GroundTruthPipeline  # noqa: E402
from agentdojo.functions_runtime import FunctionsRuntime  # noqa: E402
from agentdojo.task_suite.load_suites import get_suites  # noqa: E402

SUITES = ("travel", "banking")
RELEASE = "v1.2.2"
"""The newest set of tasks in the pinned version of the package."""


class Counting(FunctionsRuntime):  # type: ignore[misc]
    """Counts what goes through it; used once, before anything is timed."""

    calls = 0

    def run_function(self, *args: Any, **kwargs: Any) -> Any:
        """One tool call."""
        Counting.calls += 1
        return super().run_function(*args, **kwargs)


def one_pass(way: str, runtime: type[FunctionsRuntime] = FunctionsRuntime) -> int:
    """Replay and check every task; returns how many pass."""
    passed = 0
    for name in SUITES:
        suite = get_suites(RELEASE)[name]
        ready = suite.load_and_inject_default_environment({}) if way == "copied" else None
        for task in suite.user_tasks.values():
            given = None if ready is None else ready.model_copy(deep=True)
            done, _ = suite.run_task_with_pipeline(
                GroundTruthPipeline(task), task, None, {}, runtime_class=runtime, environment=given
            )
            passed += done
    return passed


def main() -> None:
    """Serve passes until nobody asks for more."""
    one_pass("fresh", Counting)
    tasks = sum(len(get_suites(RELEASE)[name].user_tasks) for name in SUITES)
    print(json.dumps({"version": version("agentdojo"), "release": RELEASE, "tasks": tasks}), flush=True)
    for line in sys.stdin:
        gc.collect()
        wall, used = perf_counter(), process_time()
        passed = one_pass(line.strip())
        took = {"wall_s": perf_counter() - wall, "processor_s": process_time() - used}
        print(json.dumps({"calls": Counting.calls, "passed": passed, **took}), flush=True)


if __name__ == "__main__":
    main()
