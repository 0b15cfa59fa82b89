"""What two futures and both seats look like: a Chinese fork, an English desk, an Indonesian phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from mock_services.trace import decode
from scenarios.forking.fork import Forked, Original
from scenarios.forking.turn import Turn, read_said
from scenarios.results import EpisodeResult
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import load_sources, plan_episodes
from tests.tui.app_samples import LOST_ACK, call, episode, purchase, settle, trace
from tui import seats
from tui.app import BanshiApp
from tui.futures import Futures
from tui.screens.agent_seat import AgentSeatScreen
from tui.screens.futures import FuturesScreen
from tui.screens.person_seat import PersonSeatScreen

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]


def two_futures() -> Futures:
    """A purchase of books, and what it becomes where the person refuses."""
    suite = load_sources(("tiny",))
    manifest = Manifest("0.1.0", ("tiny",), "tiny", suite.hash, "rules", {}, 0, Selection("none", only=("*latte",)))
    spec = plan_episodes(suite, manifest)[0]
    before = episode(0, "zh-books", "lost-ack", "completed", spent_fen=7_960, fallback=(LOST_ACK,))
    events = decode(purchase())
    asked = next(event.seq for event in events if event.data.get("tool") == "user_confirm")
    refused = call(
        "user_confirm", events[asked].data["args"], {"decision": "refused", "text": "太贵了，不要"}, access="write"
    )
    gone = call("taobao_order_cancel", {"order_id": "TB1"}, {"state": "cancelled"}, access="write")
    told = call("user_report", {"status": "declined", "text": "没有下单。"}, {}, access="write")
    tail = decode(trace((20, refused), (22, gone), (23, told)))[2:]
    after = [*events[:asked], *(msgspec.structs.replace(one, seq=asked + n) for n, one in enumerate(tail))]
    raw = b"".join(msgspec.json.encode(event) + b"\n" for event in after)
    became: EpisodeResult = episode(0, "zh-books", "lost-ack", "failed_safe", label="gave_up", raw=raw)
    original = Original("r0001", 0, manifest, suite, spec, before, tuple(events))
    return Futures(
        Forked(original, Turn(asked, said=read_said("refused: 太贵了，不要")), became, tuple(after), (), "r0002")
    )


def at_the_desk(store: Path) -> Screen[None]:
    train = next(errand for errand in seats.errands("tiny") if errand.id == "smoke-en-train")
    session = seats.take_seat(store, train, {"seat": seats.AGENT})
    session.proceed()
    session.call("user_addresses", {})  # type: ignore[attr-defined]
    session.call("user_calendar_add", {"title": "x"})  # type: ignore[attr-defined]
    return AgentSeatScreen(store, session.name, session)


def on_the_phone(store: Path) -> Screen[None]:
    """The oracle asks: what it does hangs on no engine."""
    kopi = next(errand for errand in seats.errands("core") if errand.id == "id-anak-demam")
    session = seats.take_seat(store, kopi, {"seat": seats.PERSON, "engine": "oracle"})
    return PersonSeatScreen(store, session.name, session)


SCREENS: dict[str, Callable[[Path], Screen[None]]] = {
    "futures": lambda store: FuturesScreen(store, two_futures()),
    "desk": at_the_desk,
    "phone": on_the_phone,
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SCREENS)
def test_screen(tmp_path: Path, snap_compare: Callable[..., bool], screen: str, size: tuple[int, int]) -> None:
    store = tmp_path / "banshi.db"

    async def go_there(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.app.push_screen(SCREENS[screen](store))
        await settle(pilot)
        await settle(pilot)

    assert snap_compare(BanshiApp(store), terminal_size=size, run_before=go_there)
