"""Draws: a pure function of (seed, stream, occurrence), in every process."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mock_services.draws import Draws

SCRIPT = """
from tests.mock_services.kernel_stall import stall_world
from mock_services.draws import Draws
from mock_services.trace import digest, encode
draws = Draws(7)
print(draws.bits("a", 1), draws.sample("abcdefgh", 4, "s"), draws.unit("x"), draws.pick("xyz", "p"))
world = stall_world(seed=3)
for n in range(3):
    made = world.call("stall_order", {"tea": "green", "request_no": str(n)}).data
    world.ctx.payables.pay(
        world.ctx.payables.get(made["out_trade_no"]), request_no=str(n), sources=[("wallet:U1", 1250)]
    )
world.call("clock_wait", {"seconds": 3600})
print(world.state.digest(), digest(encode(world.recorder.events)))
"""


def test_a_world_is_the_same_in_every_process_whatever_the_hash_seed() -> None:
    outputs = []
    for hash_seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": hash_seed},
            cwd=Path(__file__).parents[2],
        )
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    assert str(Draws(7).bits("a", 1)) in outputs[0]


@given(st.integers(), st.text(), st.integers(1, 1000))
def test_draws_stay_in_their_range_and_repeat(seed: int, stream: str, n: int) -> None:
    draws, again = Draws(seed), Draws(seed)
    assert 0 <= draws.below(n, stream) < n
    assert 5 <= draws.between(5, 5 + n, stream) <= 5 + n
    assert 0 <= draws.unit(stream) < 1
    items = list(range(min(n, 20)))
    picked = draws.sample(items, 5, stream)
    assert len(set(picked)) == len(picked) == min(5, len(items))
    assert (again.below(n, stream), again.sample(items, 5, stream)) == (draws.below(n, stream), picked)


def test_streams_and_seeds_do_not_disturb_each_other() -> None:
    draws = Draws(1)
    first = [draws.bits("a", i) for i in range(50)]
    assert [draws.bits("b", i) for i in range(50)] != first
    assert [Draws(2).bits("a", i) for i in range(50)] != first
    # The boundary between the parts of a stream's name counts.
    assert draws.bits("ab", "c") != draws.bits("a", "bc")


def test_draws_are_spread_evenly() -> None:
    draws = Draws(0)
    counts = Counter(draws.below(10, "die", i) for i in range(10_000))
    assert set(counts) == set(range(10))
    # A fair ten-sided die leaves this band in one of some ten million tries.
    assert all(850 <= count <= 1150 for count in counts.values())
    assert 0.27 < sum(draws.chance(0.3, "coin", i) for i in range(10_000)) / 10_000 < 0.33
