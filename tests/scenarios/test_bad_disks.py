"""The command, as a process of its own, on disks that are full and in folders that cannot be written to.

A disk that fills up is a real one, of memory and in a mount namespace of the process's own; where the system lets
nobody make one, the test is skipped, and the limit to a file's size that every system has stands for it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scenarios.runs.store import Store
from tests.scenarios.runs_samples import rows_of_store

BANSHI = (sys.executable, "-c", "import sys; from tui.cli.main import main; main()")
RUN = ("run", "tiny", "--engine", "oracle", "--epochs", "12", "--workers", "2")


def banshi(*args: str, home: Path, **how: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"BANSHI_HOME": str(home)}
    return subprocess.run([*BANSHI, *args], env=environment, text=True, capture_output=True, check=False, **how)  # type: ignore[call-overload, no-any-return]


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a command leaves when it fails."""
    lines = [line for line in done.stderr.splitlines() if not line.startswith("resuming")]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("banshi: ")
    return lines[0]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nothing disturbed."""
    home = tmp_path_factory.mktemp("calm")
    assert banshi(*RUN, home=home).returncode == 0
    return home


def small_files() -> None:
    """In a new process: no file may grow beyond 300 kB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


def test_a_file_that_may_grow_no_further_ends_a_run_in_a_line_and_it_is_finished_later(
    tmp_path: Path, calm: Path
) -> None:
    for _ in range(2):
        stopped = banshi(*RUN, home=tmp_path, preexec_fn=small_files)
        assert stopped.returncode == 3
        assert "what was recorded" in complaint(stopped)
    with Store(tmp_path / "banshi.db") as store:
        run = store.run("r0001")
        assert 0 < run.done < run.planned
        assert (run.state, run.live, len(store.runs())) == ("stopped", False, 1)
    assert banshi(*RUN, home=tmp_path).returncode == 0
    assert rows_of_store(tmp_path / "banshi.db") == rows_of_store(calm / "banshi.db")


FULL_DISK = """
set -e
mount -t tmpfs -o size=600k tmpfs "$1"
for try in 1 2; do "${@:3}" && exit 90 || [ $? = 3 ]; done
mount -o remount,size=64m "$1"
"${@:3}"
cp "$1/banshi.db" "$2/"
cp "$1/banshi.db-wal" "$2/" 2>/dev/null || true
"""


def own_mounts() -> list[str]:
    """The command that gives a program mounts of its own, empty where that is not allowed."""
    for command in (["unshare", "--mount"], ["unshare", "--mount", "--map-root-user"]):
        if shutil.which("unshare") and shutil.which("bash"):
            tried = [*command, "bash", "-c", 'mount -t tmpfs tmpfs "$0"', tempfile.gettempdir()]
            if subprocess.run(tried, capture_output=True, check=False).returncode == 0:
                return command
    return []


def test_a_disk_that_fills_up_ends_a_run_in_a_line_and_it_is_finished_later(tmp_path: Path, calm: Path) -> None:
    unshare = own_mounts()
    if not unshare:
        pytest.skip("no mount of one's own is allowed here")
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    kept.mkdir()
    script = [*unshare, "bash", "-c", FULL_DISK, "bash", str(disk), str(kept), *BANSHI, *RUN]
    environment = os.environ | {"BANSHI_HOME": str(disk)}
    done = subprocess.run(script, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith("banshi: ")]
    assert len(said) == 2
    assert all("the disk is full – make room and run the same command again" in line for line in said)
    assert rows_of_store(kept / "banshi.db") == rows_of_store(calm / "banshi.db")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_an_output_that_cannot_be_written_is_one_line(tmp_path: Path, calm: Path) -> None:
    with Path("/dev/full").open("w") as full:
        for args in (("runs",), ("show", "r0001:1"), ("runs", "--json"), ("export", "r0001")):
            done = subprocess.run(
                [*BANSHI, *args],
                env=os.environ | {"BANSHI_HOME": str(calm)},
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
            assert done.returncode in (2, 3)
            assert done.stderr.count("\n") == 1, done.stderr
            assert "stdout: cannot write" in done.stderr
    for form in ("jsonl", "junit"):
        said = complaint(banshi("export", "r0001", "--format", form, "-o", "/dev/full", home=calm))
        assert "/dev/full: cannot write it: No space left on device" in said


def very_small_files() -> None:
    """In a new process: no file may grow beyond 4 kB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path, calm: Path) -> None:
    forms = {"r.jsonl": ("export", "r0001"), "r.xml": ("export", "r0001", "--format", "junit")}
    for name, args in forms.items():
        (tmp_path / name).write_text("what was there")
        # Reading alone: the store's own files are not grown.
        failed = banshi(*args, "-o", str(tmp_path / name), home=calm, preexec_fn=very_small_files)
        assert failed.returncode == 2
        assert f"{name}: cannot write it: File too large" in complaint(failed)
        assert (tmp_path / name).read_text() == "what was there"
        assert banshi(*args, "-o", str(tmp_path / name), home=calm).returncode == 0
        assert (tmp_path / name).stat().st_size > 4_000
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(forms)


# --- folders that cannot be written to --------------------------------------------------------------------------


@pytest.fixture
def frozen(calm: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder with a store, neither of which their owner may change."""
    home = tmp_path / "frozen"
    home.mkdir()
    shutil.copy(calm / "banshi.db", home)
    (home / "banshi.db").chmod(0o444)
    home.chmod(0o555)
    yield home
    home.chmod(0o755)


def without_privilege() -> Callable[[], object] | None:
    """What a new process does first, where we are root: it gives up to write what its owner may not write."""
    if os.geteuid() != 0:
        return None
    if sys.platform != "linux":
        pytest.skip("root may write anywhere here")
    libc = ctypes.CDLL(None, use_errno=True)
    drop_from_bounding_set, dac_override = 24, 1  # PR_CAPBSET_DROP and CAP_DAC_OVERRIDE of Linux
    return lambda: libc.prctl(drop_from_bounding_set, dac_override, 0, 0, 0)


def plainly(*args: str, home: Path) -> subprocess.CompletedProcess[str]:
    """The command as somebody whom the rights of files hold back."""
    return banshi(*args, home=home, preexec_fn=without_privilege())


def test_a_store_in_a_read_only_folder_is_read_and_not_written(frozen: Path) -> None:
    before = (frozen / "banshi.db").read_bytes()
    listed = plainly("runs", home=frozen)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "r0001" in listed.stdout
    assert plainly("show", "r0001:1", home=frozen).returncode == 0
    for args in (RUN, ("gc",), ("runs", "rm", "r0001")):
        done = plainly(*args, home=frozen)
        assert done.returncode == 3
        assert "cannot be written to – make it writable, or name another file" in complaint(done)
    written = plainly("export", "r0001", "-o", str(frozen / "x.jsonl"), home=frozen)
    assert written.returncode == 2
    assert "x.jsonl: cannot write it: Permission denied" in complaint(written)
    assert (frozen / "banshi.db").read_bytes() == before
    assert [path.name for path in frozen.iterdir()] == ["banshi.db"]


def test_a_first_run_where_nothing_can_be_written_is_one_line(frozen: Path, tmp_path: Path) -> None:
    for home in (frozen / "new", frozen / "banshi.db" / "under"):
        done = plainly(*RUN, home=home)
        assert done.returncode == 3
        assert "cannot make the folder" in complaint(done)
    done = plainly(*RUN, "--store", str(frozen / "other.db"), home=frozen)
    assert done.returncode == 3
    assert "other.db: cannot be opened" in complaint(done)
