"""Services beyond the built-in ones: found by entry point and by file, kept to what they were, refused in one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from mock_services import extras
from mock_services.base import base_world
from mock_services.errors import UsageError
from mock_services.extras import find_extras, load_extra
from mock_services.registry import default_registry, registry_of

KIOSK = '''
import msgspec
from pydantic import Field
from mock_services.context import Ctx
from mock_services.service import Args, Result, Service, read
from mock_services.tables import Table

class Paper(msgspec.Struct, frozen=True):
    id: str

PAPERS = Table("{table}", Paper, "id")

class PaperArgs(Args):
    id: str = Field(description="a paper")

class PaperView(Result):
    there: bool

class Kiosk(Service):
    name = "{name}"
    tables = (PAPERS,)

    def seed(self, base):
        base.add(PAPERS, Paper("daily"))

    @read(name="{tool}")
    def paper(self, ctx: Ctx, args: PaperArgs) -> PaperView:
        """A paper."""
        return PaperView(there=ctx.get(PAPERS, args.id) is not None)
'''


def kiosk(folder: Path, name: str = "kiosk", tool: str = "kiosk_paper", table: str = "kiosk.papers") -> str:
    path = folder / "kiosk.py"
    path.write_text(KIOSK.format(name=name, tool=tool, table=table), encoding="utf-8")
    return str(path)


def offer(monkeypatch: pytest.MonkeyPatch, *points: EntryPoint) -> None:
    """Let these be all that installed packages offer."""
    monkeypatch.setattr(extras, "entry_points", lambda group: EntryPoints(p for p in points if p.group == group))


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    offer(monkeypatch)
    before, path = set(sys.modules), list(sys.path)
    yield
    for name in set(sys.modules) - before:
        if name.startswith(("banshi_", "corner")):
            del sys.modules[name]
    sys.path[:] = path


def test_a_file_adds_its_service_and_leaves_the_built_in_ones_alone(tmp_path: Path) -> None:
    found = find_extras([kiosk(tmp_path)])
    registry = registry_of(found)
    assert [*registry.services] == [*default_registry().services, "kiosk"]
    assert "kiosk" not in default_registry().services
    base = base_world(services=found)
    assert base is base_world(services=found)
    assert base.id == "small:0+kiosk"
    assert list(base.tables.rows["kiosk.papers"]) == ["daily"]


def test_without_extras_the_registry_is_the_built_in_one() -> None:
    assert find_extras() == ()
    assert registry_of(()) is default_registry()


def test_a_service_is_found_by_the_entry_point_of_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "corner"
    package.mkdir()
    (package / "__init__.py").write_text("from corner.kiosk import Kiosk\n", encoding="utf-8")
    kiosk(package)
    monkeypatch.syspath_prepend(str(tmp_path))
    offer(monkeypatch, EntryPoint("kiosk", "corner:Kiosk", "banshi.services"))
    found = find_extras()
    assert "corner" not in sys.modules
    assert load_extra(found[0]).name == "kiosk"
    assert "kiosk_paper" in registry_of(found).tools


def test_a_file_of_a_package_is_imported_as_part_of_it(tmp_path: Path) -> None:
    package = tmp_path / "corner"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "names.py").write_text('NAME = "kiosk"\n', encoding="utf-8")
    path = Path(kiosk(package))
    path.write_text("from corner.names import NAME\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    before = find_extras([str(path)])
    assert load_extra(before[0]).name == "kiosk"
    (package / "names.py").write_text('NAME = "kiosk2"\n', encoding="utf-8")
    assert find_extras([str(path)]) != before


def test_a_service_that_has_changed_since_is_not_taken_for_what_it_was(tmp_path: Path) -> None:
    path = kiosk(tmp_path)
    found = find_extras([path])
    Path(path).write_text("pass\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"kiosk\.py: has changed"):
        load_extra(found[0])


@pytest.mark.parametrize(
    ("clash", "said"),
    [
        ({"name": "flash", "table": "flash.papers"}, "a service called flash"),
        ({"tool": "alipay_pay"}, "a tool called alipay_pay"),
        ({"table": "flash.orders"}, "a table called flash.orders"),
        ({"table": "papers"}, "does not carry its name"),
        ({"name": "no name"}, "has no name"),
    ],
)
def test_a_name_that_is_taken_is_refused(tmp_path: Path, clash: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        registry_of(find_extras([kiosk(tmp_path, **clash)]))
    assert "kiosk.py" in caught.value.where


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import no_such_module_at_all", "ModuleNotFoundError: No module named"),
        ("def (", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("raise ValueError('one\\ntwo')", "ValueError: one two"),
        ("x = 1", r"holds 0 service classes"),
        ("from mock_services.flash import Flash", "holds 0 service classes"),
        (
            KIOSK.format(name="a", tool="b", table="a.c") + "\nclass Other(Service):\n    name = 'o'",
            "2 service classes",
        ),
        (KIOSK.format(name="a", tool="b", table="a.c").replace('"""A paper."""', ""), "has no docstring"),
    ],
)
def test_what_cannot_be_imported_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "broken.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said) as caught:
        registry_of(find_extras([str(path)]))
    assert "\n" not in str(caught.value)


def test_an_entry_point_that_leads_nowhere_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for target, said in (("no_such_module_at_all:X", "ModuleNotFoundError"), ("json:loads", "is not a class of")):
        offer(monkeypatch, EntryPoint("ghost", target, "banshi.services"))
        with pytest.raises(UsageError, match=said):
            registry_of(find_extras())


@pytest.mark.parametrize("name", ["nowhere.py", "."])
def test_a_file_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(UsageError, match="no such Python file"):
        find_extras([name])
