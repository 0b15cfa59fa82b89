"""Words to tasks in three languages, answers folded in, and how fast it is."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from agent.desk import Desk, ToolFailure
from agent.rules import answer, answer_item, says_no, understand
from agent.rules.scene import plain_scene
from agent.steps.base import Me
from agent.task import Buy, Item, Question, Ride, from_json, to_json
from tests.agent.errand_town import Town, town

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("understand_cases.yaml").read_text("utf-8"))


def person(who: str, words: str) -> tuple[str, Me, Desk, Town]:
    """Locale and the person of a case: ``zh hangzhou 2026-03-05T09:40``."""
    locale, city, now = who.split()
    return locale, *town(words, locale, now=now, city=city)


def names_of_addresses(me: Me, desk: Desk) -> dict[str, str]:
    """address_id → @home, @office or @name of the contact who lives there."""
    names = {a["address_id"]: name for a, name in zip(me.addresses, ("@home", "@office"), strict=False)}
    contacts = desk.call("user_contacts", {"limit": 50})["contacts"]
    return names | {c["address_id"]: f"@{c['name']}" for c in contacts if c["address_id"]}


def as_written(value: Any, names: dict[str, str]) -> Any:
    """A slot as the table writes it."""
    if isinstance(value, str):
        shown = names.get(value, value)
        return shown[:16] if len(shown) > 16 and shown[10] == "T" and shown[4] == "-" else shown
    if isinstance(value, tuple):
        return [item_text(v) if isinstance(v, Item) else v for v in value]
    return value


def item_text(item: Item) -> str:
    """An item as the table writes it."""
    parts = ", ".join(" ".join([str(p.quantity), *p.options]) for p in item.parts)
    return f"{item.words} x {parts}"


@pytest.mark.parametrize("case", CASES, ids=[case["words"] for case in CASES])
def test_words_mean_these_goals(case: dict[str, Any]) -> None:
    locale, me, desk, _ = person(case["who"], case["words"])
    task = understand(case["words"], locale, me, desk)
    names = names_of_addresses(me, desk)
    wanted = [next(iter(goal.items())) for goal in case["goals"]]
    assert [type(g).__struct_config__.tag for g in task.goals] == [kind for kind, _ in wanted]
    for goal, (_, slots) in zip(task.goals, wanted, strict=True):
        assert {slot: as_written(getattr(goal, slot), names) for slot in slots} == slots
    assert [f"{q.field}/{q.topic}" for q in task.questions] == case.get("asks", [])
    for name, value in case.get("whole", {}).items():
        assert getattr(task, name) == value


@pytest.mark.parametrize("case", CASES, ids=[case["words"] for case in CASES])
def test_a_task_survives_a_checkpoint_and_few_calls_are_made(case: dict[str, Any]) -> None:
    locale, me, desk, episode = person(case["who"], case["words"])
    task = understand(case["words"], locale, me, desk)
    assert from_json(to_json(task)) == task
    assert len(episode.calls) <= 8


@pytest.mark.parametrize(
    "words",
    ["asdf qwer", "ok", "halo", "translate this to english", "remind me to call mum at 5", "麻烦转告李伟明天不去了",
     "tolong jangan pesan dulu ya"],
)  # fmt: skip
def test_words_without_an_errand_are_unclear(words: str) -> None:
    me, desk, _ = town(words, "en", now="2026-03-11T10:00", city="shanghai")
    task = understand(words, "en", me, desk)
    assert not task.goals
    assert task.unclear


def test_the_address_is_asked_for_only_where_the_person_is_at_none_of_theirs() -> None:
    asked = {}
    for at in ("home", "street"):
        me, desk, _ = town("order a pizza", "en", now="2026-03-11T10:00", city="shanghai", at=at)
        asked[at] = [q.topic for q in understand("order a pizza", "en", me, desk).questions]
    assert asked == {"home": [], "street": ["address"]}


def test_a_failure_of_a_look_up_passes_through() -> None:
    class Down(Town):
        def call(self, tool: str, args: Any) -> dict[str, Any]:
            if tool == "maps_geo":
                error = {"code": "TIMEOUT", "message": "no answer", "retryable": True, "retry_after": None, "hint": ""}
                return {"ok": False, "error": error, "as_of": "2026-03-11T10:00:00+08:00"}
            return super().call(tool, args)

    me, desk, episode = town("flight to Chengdu tomorrow", "en", now="2026-03-11T10:00", city="shanghai")
    down = Desk(Down(episode.world, episode.instruction, "en"))
    down.now = desk.now
    with pytest.raises(ToolFailure, match="TIMEOUT"):
        understand("flight to Chengdu tomorrow", "en", me, down)


@pytest.mark.parametrize(
    ("words", "question", "reply", "slots"),
    [
        ("转账给小王", "amount_fen", "三百", {"amount_fen": 30000}),
        ("transfer 200 to Rina for lunch", "payee", "Rina Kartika", {"payee": "Rina Kartika"}),
        ("transfer 200 ke Rina", "payee", "yang Wijaya, Rina Wijaya", {"payee": "Rina Wijaya"}),
        ("transfer 300 yuan", "payee", "13912345678", {"account": "13912345678"}),
        ("split the bill, 300 total", "payers", "Sarah and Mandy", {"payers": ("Sarah Chen", "Mandy Zhao")}),
        ("flight to Chengdu", "date", "next Friday", {"date": "2026-03-20"}),
        ("订个南京的酒店", "check_in", "后天,住两晚", {"check_in": "2026-03-13", "nights": 2}),
        ("need a car tomorrow 9am", "destination", "Shanghai Museum", {"destination": "Shanghai Museum"}),
        ("need a car tomorrow 9am", "destination", "to the office", {"destination": "@office"}),
        ("先看看天气,再带孩子去个室内的地方玩,买门票", "budget_fen", "三百以内", {"budget_fen": 30000}),
    ],
)
def test_an_answer_fills_the_slot_that_was_asked_for(
    words: str, question: str, reply: str, slots: dict[str, Any]
) -> None:
    locale = "zh" if not words.isascii() else "id" if " ke " in words else "en"
    me, desk, _ = town(words, locale, now="2026-03-11T10:00", city="shanghai")
    task = understand(words, locale, me, desk)
    asked = next(q for q in task.questions if q.field == question)
    after = answer(task, asked, "told", reply, me, desk)
    goal = next(g for g in after.goals if g.id == asked.goal)
    names = names_of_addresses(me, desk)
    assert asked not in after.questions
    assert {slot: names.get(v, v) if isinstance(v := getattr(goal, slot), str) else v for slot in slots} == slots


def test_one_answer_can_tell_several_things() -> None:
    me, desk, _ = town("order a pizza", "en", now="2026-03-11T23:50", city="shanghai", at="street")
    task = understand("order a pizza", "en", me, desk)
    asked = Question("g1", "items", "item", "Which one?")
    goal = answer(task, asked, "told", "the usual, home", me, desk).goals[0]
    assert isinstance(goal, Buy)
    assert (goal.like, goal.to, goal.vague) == ("usual", me.addresses[0]["address_id"], False)


def test_the_train_that_was_asked_for_tells_when_to_be_there() -> None:
    words = "我妈下周二到北京南站,G字头下午两点多那趟,帮她订个车送到我家"
    me, desk, _ = town(words, "zh", now="2026-03-13T15:00", city="beijing")
    task = understand(words, "zh", me, desk)
    ride = answer(task, task.questions[0], "told", "G122,14:11到", me, desk).goals[0]
    assert isinstance(ride, Ride)
    assert ride.meets[:16] == "2026-03-17T14:11"


def test_no_answer_leaves_the_slot_and_takes_the_question_away() -> None:
    me, desk, _ = town("flight to Chengdu", "en", now="2026-03-11T10:00", city="shanghai")
    task = understand("flight to Chengdu", "en", me, desk)
    after = answer(task, task.questions[0], "unknown", "I don't know that either.", me, desk)
    assert after == msgspec.structs.replace(task, questions=())


@pytest.mark.parametrize(
    ("reply", "like", "choice", "words"),
    [
        ("the usual", "usual", "", "pizza"),
        ("老样子", "usual", "", "pizza"),
        ("yang biasa aja", "usual", "", "pizza"),
        ("whatever", "", "any", "pizza"),
        ("随便", "", "any", "pizza"),
        ("margherita, large", "", "", "margherita pizza"),
        ("A pepperoni one please", "", "", "pepperoni pizza"),
        ("夏威夷,大份的", "", "", "夏威夷 pizza"),
    ],
)
def test_which_one(reply: str, like: str, choice: str, words: str) -> None:
    goal = answer_item(Buy(id="g1", items=(Item("pizza", text="order a pizza"),), vague=True), reply)
    assert (goal.like, goal.choice, goal.items[0].words, goal.vague) == (like, choice, words, False)


@pytest.mark.parametrize(
    "reply",
    ["等等,我打电话问下先别转", "不用了", "太贵了不要", "算了", "no", "No.", "don't", "wait, let me check",
     "never mind", "jangan dulu", "nggak usah", "gak", "tunggu sebentar"],
)  # fmt: skip
def test_these_answers_refuse(reply: str) -> None:
    assert says_no(reply)


@pytest.mark.parametrize(
    "reply",
    ["那就买", "好的", "可以", "没问题", "yes please", "ok", "no problem, go ahead", "sure, don't worry",
     "notify me then", "nggak apa-apa, bayar aja", "oke lanjut", "gas, bayar"],
)  # fmt: skip
def test_these_answers_agree(reply: str) -> None:
    assert not says_no(reply)


def test_leave_to_pay_needs_words_that_waive_the_question() -> None:
    given = {}
    for words in ("买点水果,50以内,不用问我", "买点水果,50以内", "buy an umbrella if it's below 40"):
        me, desk, _ = town(words, "zh", now="2026-03-11T10:00", city="shanghai")
        given[words] = understand(words, "zh", me, desk).pay_up_to_fen
    assert list(given.values()) == [5000, 0, 0]


def test_reading_a_sentence_is_quick() -> None:
    words = [case["words"] for case in CASES]
    for text in words:
        plain_scene(text)
    times = []
    for text in words:
        began = time.perf_counter()
        plain_scene(text)
        times.append(time.perf_counter() - began)
    # Two milliseconds on an idle machine; the bound leaves room for a busy one.
    assert statistics.median(times) < 0.02
