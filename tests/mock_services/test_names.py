"""Names of people are the same in every process, and of the country."""

from __future__ import annotations

import subprocess
import sys

from mock_services.draws import Draws
from mock_services.names import LOCALES, people, somebody


def test_a_pool_is_the_same_in_another_process_with_another_hash_seed():
    code = "from mock_services.names import people; print('|'.join(people('CN')[:20] + people('ID')[:20]))"
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "77", "PATH": ""},
    ).stdout.strip()
    assert told == "|".join(people("CN")[:20] + people("ID")[:20])


def test_names_are_of_the_country():
    for name in people("CN"):
        assert all("\u4e00" <= char <= "\u9fff" for char in name)
    for country in ("ID", "SG"):
        assert all(name.isascii() for name in people(country)), LOCALES[country]


def test_a_name_is_drawn_and_not_stored():
    assert somebody(Draws(1), "CN", "ride", 1) == somebody(Draws(1), "CN", "ride", 1)
    assert len({somebody(Draws(1), "CN", "ride", i) for i in range(50)}) > 30
