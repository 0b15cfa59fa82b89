"""The banks of other people's words say whatever the main one says, in every language, and in other words."""

from __future__ import annotations

import re
import shutil
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from mock_services.errors import UsageError
from scenarios.families.generate import generate
from scenarios.families.perturb import MOST, bank_hash, folder_of, perturbed, translated
from scenarios.families.registry import families
from scenarios.families.render import APART, SECOND, WORDINGS
from scenarios.families.wording import read_yaml
from scenarios.model import Locale, Scenario
from scenarios.runs.manifest import Manifest, Selection, read_manifest
from scenarios.runs.plan import load_sources
from scenarios.runs.runner import open_job, reopen
from scenarios.runs.store import Store
from tui.cli.main import cli

LOCALES: tuple[Locale, ...] = ("zh", "en", "id")
OTHERS = pytest.mark.parametrize("other_bank", [APART, SECOND], ids=("apart", "second"))
BESIDE = ("_values", "_frames", "_disorder", "_things", "_things-judgement", "_hostile")
"""Data that is no clauses: things have one name each, and what lies in wait in the world is not the person's words."""
BANKS = sorted(path.stem for path in WORDINGS.glob("*.yaml") if path.stem not in BESIDE)
_SLOT = re.compile(r"\{([a-z_]+)\}")


def clauses(folder: Path, bank: str, locale: str) -> dict[str, list[str]]:
    """Every way to say each clause."""
    found: dict[str, Any] = read_yaml(folder / f"{bank}.yaml")[locale]
    return {
        str(name): ways if isinstance(ways, list) else [way for some in ways.values() for way in some]
        for name, ways in found.items()
    }


def slots(way: str) -> frozenset[str]:
    return frozenset(_SLOT.findall(way))


def everything(folder: Path) -> set[str]:
    return {
        way
        for bank in BANKS
        for locale in LOCALES
        for ways in clauses(folder, bank, locale).values()
        for way in ways
        if len(_SLOT.sub("", way)) > 6  # "{wish}" and "+{what}" are said in one way only
    }


@lru_cache(maxsize=256)
def errand(family: str, locale: Locale) -> Scenario:
    made = families()[family]
    return generate(made, 3, locale, made.levels[-1], "allow" if made.pairs else "").scenario


@OTHERS
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("bank", BANKS)
def test_every_clause_can_be_said_with_the_same_values(bank: str, locale: str, other_bank: Path) -> None:
    main, other = clauses(WORDINGS, bank, locale), clauses(other_bank, bank, locale)
    assert set(other) == set(main)
    for name, ways in main.items():
        known = frozenset().union(
            *(slots(way) for each in LOCALES for way in clauses(WORDINGS, bank, each).get(name, ()))
        )
        needed = frozenset.intersection(*(slots(way) for way in ways))
        for way in other[name]:
            assert needed <= slots(way) <= known, way


@OTHERS
@pytest.mark.parametrize("bank", BANKS)
def test_a_way_to_say_it_is_given_in_every_register_of_the_main_bank(bank: str, other_bank: Path) -> None:
    for locale in LOCALES:
        main, other = (read_yaml(folder / f"{bank}.yaml")[locale] for folder in (WORDINGS, other_bank))
        for name, ways in main.items():
            if isinstance(ways, dict):
                assert all(other[name].get(register) for register in ways), f"{locale} {name}"
            if name == "need":
                assert all(len(some) >= 2 for some in other[name].values()), f"{locale} {name}"


@OTHERS
def test_nothing_is_said_as_the_main_bank_says_it(other_bank: Path) -> None:
    assert not everything(other_bank) & everything(WORDINGS)


@OTHERS
def test_greetings_and_haste_are_other_peoples_too(other_bank: Path) -> None:
    for name in ("_frames", "_disorder"):
        main, other = read_yaml(WORDINGS / f"{name}.yaml"), read_yaml(other_bank / f"{name}.yaml")
        for locale in LOCALES:
            assert other[locale].keys() == main[locale].keys()
    for locale in LOCALES:
        main, other = (read_yaml(folder / "_frames.yaml")[locale] for folder in (WORDINGS, other_bank))
        assert not set(main["talk"]) & set(other["talk"])


@OTHERS
@pytest.mark.parametrize("family", sorted(families()))
@pytest.mark.parametrize("locale", LOCALES)
def test_every_family_can_be_said_by_others_and_the_errand_stays(family: str, locale: Locale, other_bank: Path) -> None:
    scenario = errand(family, locale)
    other = perturbed(scenario, 0, folder=other_bank)
    assert other.words != scenario.words
    assert not re.search(r"[{}]", other.words)
    assert other.answers.keys() == scenario.answers.keys()
    same = {"words": scenario.words, "answers": scenario.answers}
    assert other.model_copy(update=same) == scenario
    assert other == perturbed(scenario, 0, folder=other_bank)
    assert perturbed(scenario, MOST, 1, folder=other_bank).words != other.words


def test_others_answer_in_their_own_words_and_in_every_language() -> None:
    scenario = errand("order-drinks", "zh")
    other = perturbed(scenario, 0, folder=APART)
    told = {clause.topic for clause in scenario.speech.clauses if clause.topic} if scenario.speech else set()
    assert told
    assert any(other.answers[topic] != scenario.answers[topic] for topic in told)
    assert translated(scenario, "en", folder=APART).words != translated(scenario, "en").words


def test_a_folder_that_is_no_bank_is_told(tmp_path: Path) -> None:
    assert folder_of("apart") == APART
    assert folder_of("second") == SECOND
    assert bank_hash("main") == "" != bank_hash("apart")
    with pytest.raises(UsageError, match="no bank of wordings"):
        folder_of(str(tmp_path))


def test_a_family_that_a_bank_has_no_words_for_is_told(tmp_path: Path) -> None:
    shutil.copytree(SECOND, tmp_path / "few")
    (tmp_path / "few" / "order-drinks.yaml").unlink()
    with pytest.raises(UsageError, match="no words for 'order-drinks'"):
        perturbed(errand("order-drinks", "en"), 0, folder=tmp_path / "few")


def test_words_that_people_wrote_by_hand_cannot_be_taken_from_a_bank(tmp_path: Path) -> None:
    args = ["run", "tiny", "--wording", "apart", "--engine", "noop", "--store", str(tmp_path / "runs.db")]
    told = CliRunner().invoke(cli, args)
    assert told.exit_code == 2
    assert "by hand" in told.output
    assert len(told.output.strip().splitlines()) == 1


def test_a_run_in_other_peoples_words_is_done_as_well_and_knows_whose_they_were(tmp_path: Path) -> None:
    made = generate(families()["order-drinks"], 3, "en", 4)
    (tmp_path / "one.jsonl").write_bytes(msgspec.json.encode(made.data) + b"\n")
    base = ["run", str(tmp_path / "one.jsonl"), "--engine", "oracle", "--faults", "none", "--workers", "1"]
    base += ["--store", str(tmp_path / "runs.db")]
    for wording in ("main", "apart", "second", str(APART)):
        assert CliRunner().invoke(cli, [*base, "--wording", wording]).exit_code == 0
    with Store(tmp_path / "runs.db") as store:
        manifests = [read_manifest(row.manifest) for row in store.runs()]
        digests = {digest for row in store.runs() for digest in store.digests(row.run)}
    assert {one.wording for one in manifests} == {"main", "apart", "second", str(APART)}
    assert {one.wording_hash for one in manifests} == {"", bank_hash("apart"), bank_hash("second")}
    assert len(digests) == 3


def test_an_unfinished_run_is_not_finished_in_words_that_have_changed(tmp_path: Path) -> None:
    path, folder = tmp_path / "one.jsonl", tmp_path / "words"
    path.write_bytes(msgspec.json.encode(generate(families()["order-drinks"], 3, "en", 4).data) + b"\n")
    shutil.copytree(APART, folder)
    suite = load_sources((str(path),))
    manifest = Manifest(
        version=version("banshi"),
        sources=(str(path),),
        suite=suite.name,
        suite_hash=suite.hash,
        agent="oracle",
        options={},
        seed=0,
        selection=Selection("none"),
        wording=str(folder),
        wording_hash=bank_hash(str(folder)),
    )
    with Store(tmp_path / "runs.db", write=True) as store:
        job = open_job(store, manifest, suite)
        store.release(job.run)
        assert reopen(store, job.run).resumed
        store.release(job.run)
        with (folder / "_frames.yaml").open("a") as frames:
            frames.write("# more\n")
        with pytest.raises(UsageError, match=r"wordings .* have changed"):
            reopen(store, job.run)
