"""The same errand told in three languages, with all that the stepper shows: plan, engines, clock, double entries."""

from __future__ import annotations

import msgspec

from scenarios.results import EpisodeResult, Finding
from tests.tui.app_samples import LOST_ACK, START, account, call, change, episode, note, trace

TRADE = "P2026030500007"


class Told(msgspec.Struct, frozen=True):
    """What is said in one language."""

    locale: str
    words: str
    item: str
    payee: str
    question: str
    answer: str
    report: str


ZH = Told(
    "zh", "给妈妈买一束康乃馨，再叫辆车送我去车站", "康乃馨花束", "春天花店",
    "康乃馨花束共 68.00 元，可以吗？", "可以，谢谢。", "花已经订好；车没有叫到。",
)  # fmt: skip
EN = Told(
    "en", "Send my mum a bunch of carnations, then get me a car to the station", "bunch of carnations",
    "Spring Flowers",
    "The carnations come to 68.00 yuan. Shall I?", "Yes please.", "The flowers are ordered; there was no car.",
)  # fmt: skip
ID = Told(
    "id", "Kirim bunga anyelir ke Ibu, lalu pesankan mobil ke stasiun", "buket anyelir", "Toko Bunga Semi",
    "Buket anyelir totalnya 68.00 yuan. Setuju?", "Oke, lanjut.", "Bunga sudah dipesan; mobilnya tidak ada.",
)  # fmt: skip


def due(key: int, after_s: int, service: str, event: str, data: str) -> dict[str, object]:
    """Something that is scheduled."""
    row = {"id": key, "at": START + after_s * 1000, "service": service, "event": event, "data": data}
    return change("kernel.agenda", str(key), None, row)


def posting(key: int, account_id: str, fen: int) -> dict[str, object]:
    """One leg of the payment."""
    row = {"id": key, "txn": "T9", "at": START + 51_000, "account": account_id, "fen": fen}
    return change("ledger.postings", str(key), None, row | {"reason": "payment", "ref": TRADE})


def errand(told: Told) -> EpisodeResult:
    """Flowers that are paid for although the answer is lost, and a car that is not to be had."""
    payable = {"out_trade_no": TRADE, "payer": "U1", "payee": "S9", "payee_name": told.payee, "subject": told.item}
    payable |= {"fen": 6_800, "escrow": True, "state": "open", "created_at": START + 4000}
    paid = [
        change("ledger.accounts", "wallet:U1", {"fen": 300_000}, {"fen": 293_200}),
        account(f"escrow:{TRADE}", f"escrow:{TRADE}", 6_800, owner=TRADE),
        posting(1, "wallet:U1", -6_800),
        posting(2, f"escrow:{TRADE}", 6_800),
        change("kernel.payables", TRADE, {"state": "open"}, {"state": "paid"}),
        change("kernel.idempotency", f"alipay_pay|U1|{told.locale}-1", None, {"id": "x", "digest": "", "result": ""}),
        due(2, 97, "flash", "payment_settled", f'{{"out_trade_no":"{TRADE}"}}'),
    ]
    settled = [
        change("kernel.agenda", "2", {"id": 2, "at": START + 97_000, "service": "flash", "event": "payment_settled",
                                     "data": f'{{"out_trade_no":"{TRADE}"}}'}, None),
        change("flash.orders", "FL7", {"state": "unpaid"}, {"state": "paid"}),
        due(3, 1_500, "flash", "order_step", '{"order_id":"FL7"}'),
    ]  # fmt: skip
    expires = due(1, 904, "kernel", "payable_expires", f'{{"out_trade_no":"{TRADE}"}}')
    ordered = [change("kernel.payables", TRADE, None, payable), expires]
    ordered.append(change("flash.orders", "FL7", None, {"id": "FL7", "state": "unpaid", "created_at": START + 4000}))
    timeout = {"code": "TIMEOUT", "message": "no answer within 30 seconds", "retryable": True, "retry_after": None}
    nothing = {"code": "NO_CAR", "message": "no car is near", "retryable": False, "retry_after": None}
    paying = {"out_trade_no": TRADE, "request_no": f"{told.locale}-1"}
    offer = {"charges": [{"payee": told.payee, "subject": told.item, "amount": "68.00"}], "total": "68.00"}
    goals = [
        {"id": "g1", "kind": "buy", "item": told.item, "quantity": 1},
        {"id": "g2", "kind": "ride", "to": "station"},
    ]
    steps = [{"goal": "g1", "kind": "buy", "needs": []}, {"goal": "g2", "kind": "ride", "needs": ["g1"]}]
    raw = trace(
        (0, note("node", node="understand", engine="sim:hasty")),
        (0, note("task", goals=goals)),
        (0, note("node", node="plan", engine="sim:hasty")),
        (0, note("plan", steps=steps)),
        (0, note("node", node="act", engine="sim:hasty")),
        (0, note("step", goal="g1", stage="look")),
        (2, call("flash_dish_search", {"query": told.item}, {"dishes": [{"name": told.item, "price": "68.00"}]})),
        (2, note("step", goal="g1", stage="place")),
        (4, call("flash_order_create", {"shop_id": "S9"}, {"order_id": "FL7", "out_trade_no": TRADE, "amount": "68.00"},
                 access="write", changes=ordered)),
        (4, note("node", node="consent", engine="sim:hasty")),
        (4, note("step", goal="g1", stage="consent")),
        (20, call("user_confirm", {"offer": offer, "text": told.question},
                  {"decision": "approved", "text": told.answer}, access="write")),
        (20, note("node", node="act", engine="sim:hasty")),
        (20, note("step", goal="g1", stage="commit")),
        (51, call("alipay_pay", paying, None, access="write", error=timeout, changes=paid,
                  fault={"kind": "timeout", "phase": "lost_ack", "params": {}})),
        (51, note("node", node="recover")),
        (51, note("fallback", goal="g1", stage="commit", tool="alipay_pay", code="TIMEOUT", rung="query")),
        (52, call("alipay_trade_query", {"out_trade_no": TRADE}, {"status": "paid", "amount": "68.00"})),
        (52, note("node", node="act", engine="rules")),
        (52, note("step", goal="g1", stage="check")),
        (97, ("world_moved", {"service": "flash", "event": "payment_settled", "about": {"out_trade_no": TRADE},
                              "changes": settled})),
        (97, call("clock_wait", {"seconds": 45}, {"now": "09:41"})),
        (97, note("step", goal="g1", status="done")),
        (97, note("step", goal="g2", stage="look")),
        (98, call("amap_ride_estimate", {"to": "station"}, None, error=nothing)),
        (98, note("step", goal="g2", status="failed", why="not_found", constraint="no car is near")),
        (98, note("node", node="report", engine="rules")),
        (99, call("user_report", {"status": "partly", "text": told.report}, {}, access="write")),
        words=told.words,
    )  # fmt: skip
    findings = (
        Finding("goal.flash_order", True, "FL7", 10, ("flash.orders/FL7",)),
        Finding("goal.ride", False, "there is none; RD1 is cancelled", wanted="to station, by 11:00"),
        Finding("report.true", True, "partly", 29),
    )
    fault = msgspec.structs.replace(LOST_ACK, step=16)
    return episode(0, f"{told.locale}-flowers", "lost-ack", "failed_safe", family="cross", locale=told.locale,
                   label="gave_up", spent_fen=6_800, raw=raw, findings=findings, fallback=(fault,))  # fmt: skip
