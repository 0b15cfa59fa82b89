"""What the agent's graph costs: episodes with ``rules`` beside an empty graph of as many supersteps and the bare calls.

Run it as ``python -m benchmarks.agent [SUITE]``. The bare calls are the agent's own, in order, on a world of their own.
All parts are timed in one process, interleaved round by round, in processor time, and the best round of each counts.
Whole episodes are run twice: with words that the agent read before, and with words that are new to the process.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import process_time
from typing import Any

from agent import build_agent
from agent.graph import NODES
from benchmarks._cold import forget_words
from mock_services import trace
from mock_services.trace import Event
from scenarios.episode import build_world, run_episode
from scenarios.loader import load_suite
from scenarios.model import Scenario
from scenarios.runs.workers import seldom_collected

SUITE = "core-v1"
EPISODES = 240
ROUNDS = 3


def empty_graph() -> Any:
    """A graph with our nodes' names and edges, in which a node does nothing but count down."""
    from typing import TypedDict

    from langgraph.graph import END, START, StateGraph
    from langgraph.types import Command

    class State(TypedDict, total=False):
        left: int

    def node(following: str) -> Any:
        def run(state: State) -> Command[str]:
            left = state["left"] - 1
            return Command(update={"left": left}, goto=following if left > 0 else END)

        return run

    graph = StateGraph(State)
    names = list(NODES)
    # A ring, so that any number of supersteps can be had.
    for name, following in zip(names, [*names[1:], names[0]], strict=True):
        graph.add_node(name, node(following), destinations=(following, END))
    graph.add_edge(START, names[0])
    return graph.compile()


def best(rounds: int, *parts: Callable[[], None]) -> list[float]:
    """Seconds of each part, the best of the rounds; the parts take turns."""
    found = [float("inf")] * len(parts)
    for _ in range(rounds):
        for i, part in enumerate(parts):
            started = process_time()
            part()
            found[i] = min(found[i], process_time() - started)
    return found


def steps_and_calls(events: list[Event]) -> tuple[int, list[tuple[str, dict[str, Any]]]]:
    """How many nodes an episode entered, and which calls it made."""
    nodes = sum(event.kind == "note" and event.data["kind"] == "node" for event in events)
    calls = [(event.data["tool"], event.data["args"]) for event in events if event.kind == "tool_called"]
    return nodes, calls


def replay(scenario: Scenario, calls: list[tuple[str, dict[str, Any]]]) -> None:
    """The bare calls on a fresh world."""
    world, _ = build_world(scenario, "clean")
    for tool, args in calls:
        world.call(tool, args)


def main(suite: str) -> None:
    """Measure and print."""
    from langsmith import tracing_context

    scenarios = load_suite(suite).scenarios
    scenarios = scenarios[:: max(1, len(scenarios) // EPISODES)][:EPISODES]
    agent, empty = build_agent("rules"), empty_graph()
    results = [run_episode(s, "clean", agent, agent_name="rules", seed=0, ordinal=0) for s in scenarios]
    done = [steps_and_calls(list(trace.decode(result.trace))) for result in results]

    def graphs() -> None:
        with tracing_context(enabled=False):
            for nodes, _ in done:
                empty.invoke({"left": nodes}, config={"recursion_limit": nodes + 2})

    def calls() -> None:
        for scenario, (_, made) in zip(scenarios, done, strict=True):
            replay(scenario, made)

    def episodes() -> None:
        for scenario in scenarios:
            run_episode(scenario, "clean", agent, agent_name="rules", seed=0, ordinal=0)

    def anew() -> None:
        forget_words()
        episodes()

    # As in a run.
    with seldom_collected():
        graph_s, calls_s, anew_s, episodes_s = best(ROUNDS, graphs, calls, anew, episodes)
    n = len(scenarios)
    print(f"{n} clean episodes of {suite}: {sum(d[0] for d in done) / n:.1f} supersteps, ", end="")
    print(f"{sum(len(d[1]) for d in done) / n:.1f} calls each")
    print(f"empty graph, as many supersteps   {graph_s / n * 1000:6.2f} ms an episode")
    print(f"bare calls on a fresh world       {calls_s / n * 1000:6.2f} ms")
    print("rules, whole episode with grading")
    for told, seconds in (("words read before", episodes_s), ("words new to the process", anew_s)):
        print(f"  {told:31} {seconds / n * 1000:6.2f} ms, {n / seconds:.0f} a second on one core, ", end="")
        print(f"{seconds / (graph_s + calls_s):.2f} times the first two together")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else SUITE)
