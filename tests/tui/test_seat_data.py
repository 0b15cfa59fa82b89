"""What the seats show, as data: the phone, and what is suggested to a human at the agent's desk."""

from __future__ import annotations

from mock_services.base import base_world
from mock_services.trace import decode
from scenarios.results import EpisodeResult
from tests.tui.app_samples import change, episode, real_results, trace
from tui import desk, phone, seats
from tui.playback import Playback

TOOLS = base_world(0, "small").registry.tools


def done(result: EpisodeResult, until: str) -> list[desk.Act]:
    found = desk.acts(decode(result.trace), 480)
    return found[: [act.tool for act in found].index(until)]


def test_the_phone_shows_words_questions_answers_and_each_message_once() -> None:
    result = real_results()[0]
    shown = phone.bubbles(Playback(result))
    assert [bubble.whose for bubble in shown[:3]] == [phone.ME, phone.AGENT, phone.ME]
    assert shown[0].lines == ("帮我点两杯热拿铁 送公司前台,十点半前要到",)
    assert any("has been delivered" in bubble.lines[0] for bubble in shown if bubble.whose == phone.PHONE)

    def notice(number: int, message: int, text: str, person: str = "") -> dict[str, object]:
        row = {"id": number, "message": message, "service": "flash", "text": text} | (
            {"person": person} if person else {}
        )
        return change("kernel.notices", str(number), None, row)

    moved = {"service": "flash", "event": "x", "about": {}}
    twice = [notice(1, 7, "it comes"), notice(2, 7, "it comes"), notice(3, 8, "not for you", "U2")]
    raw = trace((5, ("world_moved", moved | {"changes": twice})))
    told = [
        b.lines
        for b in phone.bubbles(Playback(episode(0, "x", "clean", "completed", raw=raw)))
        if b.whose == phone.PHONE
    ]
    assert told == [("flash: it comes",)]


def test_an_offer_is_made_of_what_was_ordered_and_not_paid() -> None:
    clean = real_results()[0]
    before = done(clean, "user_confirm")
    offer = desk.suggested(TOOLS["user_confirm"], before)["offer"]
    [charge] = offer["charges"]
    order = before[-1].answer
    assert (charge["out_trade_no"], charge["amount"], offer["total"]) == (
        order["out_trade_no"],
        order["amount"],
        order["amount"],
    )
    assert charge["payee"] == order["shop_name"]
    paid = done(clean, "user_report")
    assert "offer" not in desk.suggested(TOOLS["user_confirm"], paid)


def test_needed_ids_are_what_was_answered_last_and_request_numbers_are_new() -> None:
    before = done(real_results()[0], "alipay_pay")
    pay = desk.suggested(TOOLS["alipay_pay"], before)
    assert pay["out_trade_no"] == next(act.answer["out_trade_no"] for act in before if act.tool == "flash_order_create")
    assert pay["request_no"] == f"desk-{len(before) + 1}"
    assert desk.suggested(TOOLS["alipay_pay"], before[:-1])["request_no"] != pay["request_no"]
    assert "text" not in desk.suggested(TOOLS["user_report"], before)


def test_nothing_hostile_is_typed_in() -> None:
    bad = desk.Act("", "flash_order_create", "write", {}, True, {"out_trade_no": "P1\x1b[2J\u202e", "amount": "x"}, "")
    found = desk.suggested(TOOLS["alipay_pay"], [bad])
    assert "out_trade_no" not in found
    assert desk.suggested(TOOLS["user_confirm"], [bad])["offer"]["total"] == "0.00"


def test_the_errands_of_a_suite_are_listed_with_their_plans() -> None:
    assert seats.suites()[0] == "tiny"
    latte = next(errand for errand in seats.errands("tiny") if errand.id == "smoke-zh-latte")
    assert latte.plans[0] == "clean"
    assert "lost-ack-pay" in latte.plans
    assert "沈知秋" in latte.haystack
