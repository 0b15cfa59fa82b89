"""A report is one page that needs nothing else, says the figures of the store, and takes no markup from anybody."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from click.testing import CliRunner

from mock_services.errors import UsageError
from scenarios.loader import load_suite
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.runner import carry_out, open_job
from scenarios.runs.store import Store, pack
from scenarios.runs.summary import summarise
from tests.scenarios.runs_samples import LOST_ACK, manifest, result
from tui.cli.main import cli
from tui.report import pictures
from tui.report.page import page
from tui.report.pictures import on_frontier

pytest.importorskip("matplotlib")

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e&amp;{{ 7 * 7 }}${x}$"


class Page(HTMLParser):
    """What is on a page: its tags with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two agents on the tiny suite, r0001 and r0002."""
    path = tmp_path_factory.mktemp("report") / "s.db"
    suite = load_suite("tiny")
    with Store(path, write=True) as store:
        for agent in ("rules", "noop"):
            made = Manifest("0", ("tiny",), suite.name, suite.hash, agent, {}, 0, Selection())
            carry_out(store, open_job(store, made, suite), worker_count=1)
    return path


def test_it_asks_nothing_of_the_outside(path: Path) -> None:
    with Store(path) as store:
        seen = Page(page(store, ["r0001", "r0002"]))
    assert not {tag for tag, _ in seen.tags} & {"script", "link", "iframe", "object", "embed", "img", "base", "form"}
    for _, attributes in seen.tags:
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert (attributes.get(name) or "#").startswith("#")
    assert any(attributes.get("http-equiv") == "Content-Security-Policy" for _, attributes in seen.tags)


def test_it_says_what_the_store_holds(path: Path) -> None:
    with Store(path) as store:
        seen = Page(page(store, ["r0001", "r0002"]))
        done = store.run("r0001")
    assert f"{done.succeeded} of {done.done}" in seen.text
    assert "0 of 6" in seen.text
    assert "no_report" in seen.text, "why the second one failed"
    assert sum(tag == "figure" for tag, _ in seen.tags) >= 3
    named = {attributes.get("aria-label") for tag, attributes in seen.tags if tag == "figure"}
    assert {"How the episodes ended", "Success by family"} <= named


def test_every_link_leads_somewhere_and_no_id_is_there_twice(path: Path) -> None:
    with Store(path) as store:
        seen = Page(page(store, ["r0001", "r0002"]))
    ids = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {str(attributes["href"]) for tag, attributes in seen.tags if tag == "a"}
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_the_same_runs_give_the_same_bytes(path: Path) -> None:
    with Store(path) as store:
        assert page(store, ["r0001"]) == page(store, ["r0001"])


def test_texts_of_the_world_stay_text(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(msgspec.structs.replace(manifest(), agent=HOSTILE, suite=HOSTILE), 2)
        fault = msgspec.structs.replace(LOST_ACK, fault=HOSTILE, reaction=HOSTILE)
        bad = result(1, scenario=HOSTILE, family=HOSTILE, outcome="failed_harmful", harm_fen=9, fallback=(fault,))
        store.append(run, [pack(result(0)), pack(bad)])
        written = page(store, [run])
    seen = Page(written)
    assert "script" not in {tag for tag, _ in seen.tags}
    assert "alert(1)" in seen.text
    assert "{{ 7 * 7 }}" in seen.text, "no template either"
    assert not re.search("[\x1b\u202e]", written)


def test_the_frontier_leaves_out_who_is_beaten() -> None:
    points = [(1.0, 0.5), (2.0, 0.9), (3.0, 0.9), (0.5, 0.2), (2.0, 0.7)]
    assert on_frontier(points) == [3, 0, 1]
    assert on_frontier([(0.0, 0.5), (0.0, 0.5)]) == [0, 1]


def test_the_runs_of_a_sweep_are_told_apart_and_named_below_the_picture(path: Path) -> None:
    looks = {(pictures.COLOURS[i % 8], *pictures._line(i).values()) for i in range(32)}
    bars = {(pictures.COLOURS[i % 8], pictures._hatch(i)) for i in range(64)}
    assert (len(looks), len(bars)) == (32, 64)
    with Store(path) as store:
        summary = summarise(store, store.run("r0001"))
    few, many = (pictures.funnel([f"cell {i}" for i in range(n)], [summary] * n) for n in (4, 18))
    heights = [float(re.match(r'<svg viewBox="0 0 \S+ (\S+)"', svg)[1]) for svg in (few, many)]  # type: ignore[index]
    assert heights[1] - heights[0] == pytest.approx(9 * 0.2 * 72)
    assert all(many.count(f">cell {i}<") == 1 for i in range(18))


def test_the_command_writes_a_file_and_says_what_stands_in_its_way(path: Path, tmp_path: Path) -> None:
    banshi = CliRunner()
    out = tmp_path / "page.html"
    done = banshi.invoke(cli, ["report", "r0001", "-o", str(out), "--store", str(path)])
    assert (done.exit_code, done.stdout) == (0, "")
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    wrong = banshi.invoke(cli, ["report", "r0009", "--store", str(path)])
    assert "there is no run 'r0009'" in wrong.stderr
    nowhere = banshi.invoke(cli, ["report", "r0001", "-o", str(tmp_path / "no" / "x.html"), "--store", str(path)])
    assert "cannot write it" in nowhere.stderr
    assert len(nowhere.stderr.splitlines()) == 1


def test_without_the_extra_it_says_how_to_get_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with Store(path) as store, pytest.raises(UsageError, match=r"banshi\[report\]"):
        page(store, ["r0001"])


def test_the_pictures_can_be_had_alone_and_a_comparison_is_drawn(path: Path, tmp_path: Path) -> None:
    banshi, folder, compared = CliRunner(), tmp_path / "deep" / "pictures", tmp_path / "compared.svg"
    store = ["--store", str(path)]
    assert banshi.invoke(cli, ["report", "r0001", "r0002", "--pictures", str(folder), *store]).exit_code == 0
    assert banshi.invoke(cli, ["compare", "r0001", "r0002", "--picture", str(compared), *store]).exit_code == 0
    drawn = {file.name: ElementTree.parse(file).getroot() for file in (*folder.iterdir(), compared)}  # noqa: S314 - ours
    assert {"headline.svg", "families.svg", "funnel.svg", "compared.svg"} <= set(drawn)
    for picture in drawn.values():
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        assert picture[0].text, "a title for those who cannot see it"
    said = list(drawn["compared.svg"].itertext())
    assert {"only rules", "only noop", "order", "travel", "3"} <= {text.strip() for text in said}
    before = compared.read_bytes()
    assert banshi.invoke(cli, ["compare", "r0001", "r0002", "--picture", str(compared), *store]).exit_code == 0
    assert compared.read_bytes() == before
    both = banshi.invoke(cli, ["report", "r0001", "-o", "x.html", "--pictures", str(folder), *store])
    assert (both.exit_code, both.stderr.count("\n")) == (2, 1)
    gone = banshi.invoke(cli, ["compare", "r0001", "r0002", "--picture", str(tmp_path / "no" / "x.svg"), *store])
    assert (gone.exit_code, gone.stdout) == (2, "")
    assert "cannot write it" in gone.stderr
