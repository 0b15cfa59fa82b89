"""What the agent says to people."""

from __future__ import annotations

import pytest

from agent.phrases import moment, phrase


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("zh", "2026-03-05T09:59:28+08:00", "3月5日 09:59"),
        ("en", "2026-03-05T09:59:28+08:00", "5 Mar 09:59"),
        ("id", "2026-08-05T09:59+07:00", "5 Agu 09:59"),
        ("en", "2026-12-31", "31 Dec"),
        ("zh", "FL2026030500001", "FL2026030500001"),
        ("zh", "2026-13-05", "2026-13-05"),
        ("en", "47.50", "47.50"),
    ],
)
def test_moments_are_told_as_people_write_them(language: str, value: str, said: str) -> None:
    assert moment(language, value) == said


def test_a_value_is_never_read_as_a_template() -> None:
    assert "{facts}" in phrase("en", "done_line", what="{facts}", facts="x")
