"""What routers are worth beside single engines: the tables of ``docs/routing.md``, from exploration to regret.

Run it as ``python -m benchmarks.routing [--whole] [--policy FILE]``. Chance decides who decides in errands of
``core-v1``, a policy is learned from that, and engines and routers are then compared on a fresh suite that nothing was
learned from, without faults and with faults of engines. ``--whole`` takes the size that the docs give (about twenty
minutes on two cores), ``--policy`` keeps what was learned. The simulated engines are the population; ``rules``, which
costs nothing and which they are made of, would leave nothing to route.
"""

from __future__ import annotations

import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from agent.build import pins
from agent.route.best import Worth, policy_hash
from scenarios.routing.learn import learn
from scenarios.routing.lessons import lessons, source_of
from scenarios.routing.table import compare, markdown
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import load_sources
from scenarios.runs.runner import carry_out, cores, open_job
from scenarios.runs.store import RunRow, Store

ENGINES = ("sim:hasty", "sim:double-clicker", "sim:forgetful", "sim:gullible", "sim:careful-and-dear")

LEARN_FROM, LEARN_SEED, EPOCHS = "core-v1", 1000, 24
MEASURED_ON, SEED = "fresh:20261122", 7
"""Another suite and other seeds than those that were learned from."""

PLANS = ("none", "engine-rate:0.1")


def run(store: Store, agent: str, suite: str, seed: int, epochs: int, faults: str, limit: str) -> RunRow:
    """Carry out a run and return it."""
    sources = load_sources((suite,))
    manifest = Manifest(
        version=version("banshi"),
        sources=(suite,),
        suite=sources.name,
        suite_hash=sources.hash,
        agent=agent,
        options={"fallback": "full", "guard": True},
        seed=seed,
        selection=Selection(faults=faults, limit=limit),
        epochs=epochs,
        pins=pins(agent),
    )
    job = open_job(store, manifest, sources)
    carry_out(store, job, worker_count=cores())
    return store.run(job.run)


def main(whole: bool, file: Path) -> None:
    """Explore, learn, and compare."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "routing.db", write=True) as store:
        explorer = f"route:explore({','.join(ENGINES)})"
        limit = "" if whole else "24"
        explored = run(store, explorer, LEARN_FROM, LEARN_SEED, EPOCHS if whole else 2, "none", limit)
        policy = learn(list(lessons(store, explored, Worth())), ENGINES, Worth(), (source_of(explored),))
        file.write_bytes(policy.encode())
        print(f"learned from {explored.done} episodes of {LEARN_FROM}: sha256 {policy_hash(file)}\n")
        cheap, sure, dear = "sim:hasty", "sim:double-clicker", "sim:careful-and-dear"
        routers = (
            f"route:failover({sure},{dear})",
            f"route:cascade({cheap},{dear})",
            f"route:cascade({sure},{dear})",
            f"route:best({file})",
        )
        measured_on = MEASURED_ON if whole else LEARN_FROM
        for faults in PLANS:
            agents = (*ENGINES, *routers)
            runs = [run(store, agent, measured_on, SEED, 1, faults, "" if whole else "25-48") for agent in agents]
            print(f"{measured_on}, {faults}\n")
            print(markdown(compare(store, runs, Worth())).replace(str(file), "FILE"), end="\n\n", flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as somewhere:
        kept = sys.argv[sys.argv.index("--policy") + 1] if "--policy" in sys.argv else f"{somewhere}/best.json"
        main("--whole" in sys.argv, Path(kept))
