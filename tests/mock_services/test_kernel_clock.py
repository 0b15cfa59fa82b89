"""Virtual time as it is written and read."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from mock_services.clock import parse_iso, to_iso

OFFSETS = st.sampled_from((0, 60, 330, 420, 480, 545, -210))


DAY_MS = 86_400_000


# A day inside of what is read, 2000 to 2100: at the very edges the wall clock of a place shows another year.
@given(at=st.integers(946_684_800_000 + DAY_MS, 4_102_358_400_000 - DAY_MS), offset=OFFSETS)
def test_an_instant_is_written_as_the_wall_clock_of_its_place_shows_it(at: int, offset: int) -> None:
    shown = to_iso(at, offset)
    assert shown == datetime.fromtimestamp(at // 1000, timezone(timedelta(minutes=offset))).isoformat()
    assert parse_iso(shown, 0) == at // 1000 * 1000
