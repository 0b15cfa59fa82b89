"""The example package in a clean environment: built, installed beside banshi, found by its entry point, and run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DAMAI = ROOT / "examples" / "damai"
BUILD = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check", "--quiet")


def run(*command: str, cwd: Path, **env: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BANSHI", "PIP_"))}
    done = subprocess.run(
        command, cwd=cwd, env={**clean, **env}, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the locked packages and both wheels; the working copy is not seen there."""
    home = tmp_path_factory.mktemp("clean")
    venv.create(home / "env", with_pip=False)
    python = home / "env" / "bin" / "python"
    locked = home / "locked"
    locked.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.lower().removeprefix("_").startswith(("banshi", "__editable__")):
            (locked / entry.name).symlink_to(entry)
    site = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip()
    (Path(site) / "locked.pth").write_text(f"{locked}\n", encoding="utf-8")
    pip = (sys.executable, "-m", "pip")
    run(*pip, "wheel", *BUILD, "-w", str(home / "wheels"), str(ROOT), str(DAMAI), cwd=home)
    wheels = [str(path) for path in sorted((home / "wheels").glob("*.whl"))]
    assert [Path(path).name.split("-")[0] for path in wheels] == ["banshi", "banshi_damai"]
    run(*pip, "--python", str(python), "install", "--no-deps", "--no-index", "--quiet", *wheels, cwd=home)
    return home


def test_it_is_found_without_being_named(clean: Path) -> None:
    banshi = str(clean / "env" / "bin" / "banshi")
    where = run(str(clean / "env" / "bin" / "python"), "-c", "import tui; print(tui.__file__)", cwd=clean)
    assert Path(where.strip()).is_relative_to(clean)
    tools = json.loads(run(banshi, "tools", "damai", "--json", cwd=clean))
    assert len(tools) == 7
    assert "held --> issued" in run(banshi, "machines", "damai", "--mermaid", cwd=clean)


def test_its_scenarios_run_there(clean: Path) -> None:
    banshi = str(clean / "env" / "bin" / "banshi")
    told = run(
        *(banshi, "run", str(DAMAI / "scenarios" / "tickets.yaml"), "--engine", "oracle", "--workers", "1", "--json"),
        cwd=clean,
        BANSHI_HOME=str(clean / "home"),
    )
    data = json.loads(told)
    assert (data["success"]["k"], data["success"]["n"], data["harm_fen"]) == (8, 8, 0)
    assert [(used["source"], used["version"]) for used in data["services"]] == [("damai", "0.1.0")]
