"""What ``banshi new-service`` writes works as it is: its own test passes, and so does its scenario."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mock_services.errors import UsageError
from mock_services.extras import find_extras
from mock_services.registry import registry_of
from mock_services.scaffolding import write_service

PLACEHOLDER = re.compile(r"@\w+@")


def test_the_test_of_a_new_service_passes_as_generated(tmp_path: Path) -> None:
    made = write_service("bike_rental", tmp_path)
    assert not [path for path in made if PLACEHOLDER.search(f"{path} {path.read_text(encoding='utf-8')}")]
    home = tmp_path / "bike_rental"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout


def test_a_new_service_has_one_tool_that_reads_and_one_that_writes(tmp_path: Path) -> None:
    write_service("lockers", tmp_path)
    registry = registry_of(find_extras([str(tmp_path / "lockers" / "banshi_lockers" / "service.py")]))
    tools = registry.services["lockers"].tools.values()
    assert {tool.name: tool.access for tool in tools} == {
        "lockers_item_search": "read",
        "lockers_order_create": "write",
    }


@pytest.mark.parametrize("name", ["", "a", "Bikes", "../up", "my service", "class", "1st", "x" * 40, "flash", "kernel"])
def test_a_name_that_cannot_be_one_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        write_service(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "lockers").mkdir()
    with pytest.raises(UsageError, match="is there already"):
        write_service("lockers", tmp_path)
    assert not list((tmp_path / "lockers").iterdir())
