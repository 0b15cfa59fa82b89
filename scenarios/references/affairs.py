"""The oracle's dealings with money and with what was ordered before: bills, transfers, refunds, changes, mandates."""

from __future__ import annotations

from typing import Any

from mock_services.clock import DAY, SECOND, parse_iso, to_iso
from mock_services.money import format_yuan, parse_yuan
from scenarios.references import trips
from scenarios.references.desk import Desk, Stopped
from scenarios.wants import BillWant, CollectWant, MandateWant, OrderRef, PaidWant, RebookWant, TransferWant, TripWant

OFF = ("cancelled", "refunded", "refunding", "closed", "failed", "expired")
"""States of an order that was given up."""

ANSWER_HOURS = 5
"""Within so many hours everybody who was asked for money has answered."""

MOST_CALLS = 6
"""So many calls are made at most to give one thing back."""


def pay_bill(desk: Desk, want: BillWant) -> list[str]:
    """Pay a household bill."""
    bills = desk.read("alipay_utility_bills", include_paid=False)["bills"]
    for bill in bills:
        if want.bill in (bill["bill_id"], bill["kind"], bill["company"]):
            opened = _open_bill(desk, str(bill["bill_id"]))
            desk.pay(opened["out_trade_no"], method=want.method)
            return [str(bill["bill_id"])]
    raise Stopped("NOT_FOUND", f"no bill {want.bill}")


def _open_bill(desk: Desk, bill_id: str) -> Any:
    return desk.until(
        lambda: desk.write("alipay_utility_bill_open", lambda: None, bill_id=bill_id),
        lambda made: bool(desk.read("alipay_trade_query", out_trade_no=made["out_trade_no"])),
    )


def purchases(desk: Desk, want: PaidWant) -> list[tuple[str, dict[str, Any]]]:
    """Orders at somebody else's service that would be what a want asks for, the best first.

    Raises:
        Stopped: ``NOT_FOUND``, the service knows no such thing or not how it is ordered.
    """
    service = desk.registry.service(want.service)
    found = service.order_calls(desk.read, want.subject, want.qty)
    if not found:
        raise Stopped("NOT_FOUND", f"{want.service} has no {' '.join(want.subject)}")
    return found


def purchase(desk: Desk, want: PaidWant, tool: str, args: dict[str, Any]) -> str:
    """Order and pay; returns the order id.

    Raises:
        Stopped: the order or its payment is refused, or it is too dear.
    """
    placed = desk.until(
        lambda: desk.write(tool, **args),
        lambda made: bool(desk.read("alipay_trade_query", out_trade_no=made["out_trade_no"])),
    )
    trade = desk.read("alipay_trade_query", out_trade_no=placed["out_trade_no"])
    limits = (want.total_at_most, desk.scenario.limits.budget)
    if any(most is not None and parse_yuan(trade["amount"]) > most for most in limits):
        # What it holds would count against a purchase limit, and there may be no tool that lets it go.
        desk.wait((parse_iso(trade["pay_before"], desk.scenario.offset_min) - desk.now) // SECOND + 1)
        raise Stopped("OVER_BUDGET", trade["amount"])
    desk.pay(placed["out_trade_no"])
    return str(placed["order_id"])


def give_back(desk: Desk, service: str, ref: str) -> None:
    """Give back what was ordered at somebody else's service, as it says that one does.

    It is off as soon as the service knows no more calls: that is how a call is looked for that got no answer, or an
    answer without an effect.

    Raises:
        Stopped: the service refuses.
    """
    seller = desk.registry.service(service)
    for _ in range(MOST_CALLS):
        calls = seller.cancel_calls(desk.read, ref)
        if not calls:
            return
        tool, args = calls[0]
        desk.write(tool, lambda: None if seller.cancel_calls(desk.read, ref) else {}, **args)


def _contact(desk: Desk, name: str) -> dict[str, Any] | None:
    for contact in desk.read("user_contacts", query=name)["contacts"]:
        if name in (contact["name"], contact["nickname"]):
            found: dict[str, Any] = contact
            return found
    return None


def transfer(desk: Desk, want: TransferWant) -> list[str]:
    """Send money to a contact or an account, after a look at who that is."""
    contact = _contact(desk, want.to)
    account = (contact["account"] or contact["phone"]) if contact is not None else want.to
    payee = desk.read("alipay_payee_check", account=account)
    if payee["risk"] not in ("none", ""):
        raise Stopped("SUSPICIOUS", payee["risk_text"])
    amount = format_yuan(want.amount)
    if not desk.look_only:
        desk.approved({"payee": payee["payee_account"], "subject": "transfer", "amount": amount})
    args: dict[str, Any] = {"amount": amount}
    args |= {"contact_id": contact["contact_id"]} if contact is not None else {"payee_account": account}
    args |= {"memo": want.memo} if want.memo else {}
    last = Stopped("PAYMENT_FAILED", "no method pays it")
    for method in desk.methods(want.amount, want.method) if want.method else ("", *_cards(desk)):
        number = desk.number()
        try:
            done = desk.until(
                lambda: desk.write("alipay_transfer", **args, method_id=method, request_no=number),  # noqa: B023
                lambda _: bool(desk.read("alipay_payment_query", request_no=number)),  # noqa: B023
            )
        except Stopped as stopped:
            last = stopped
            continue
        for _ in range(8):
            payment = desk.read("alipay_payment_query", request_no=number)
            if payment["state"] == "success":
                return [str(done["transfer_id"])]
            if payment["state"] == "failed":
                break
            desk.wait(120)
    raise last


def _cards(desk: Desk) -> list[str]:
    methods = desk.read("alipay_methods")["methods"]
    return [entry["method_id"] for entry in methods if entry["kind"] == "card" and not entry["blocked"]]


def collect(desk: Desk, want: CollectWant) -> list[str]:
    """Ask contacts for money. The tool has no request number and nothing lists requests: only answers show them."""
    ids = []
    for name in want.from_:
        contact = _contact(desk, name)
        if contact is None:
            raise Stopped("NOT_FOUND", f"no contact {name}")
        ids.append(contact["contact_id"])

    def look() -> dict[str, Any] | None:
        for _ in range(ANSWER_HOURS):
            notices = desk.read("user_notices", service="alipay", limit=50)["notices"]
            answered = [notice["ref"] for notice in notices if notice["event"].startswith("collect_")]
            if answered:
                return {"collect_id": answered[0]}
            desk.wait(3600)
        return None

    done = desk.until(
        lambda: desk.write("alipay_collect_request", look, contact_ids=ids, amount_each=format_yuan(want.each)),
        lambda made: bool(desk.read("alipay_collect_query", collect_id=made["collect_id"])),
    )
    return [str(done["collect_id"])]


def mandate(desk: Desk, want: MandateWant) -> list[str]:
    """Apply for a mandate with the widest limits that are wanted, and wait for the person's decision."""
    most = want.per_payment_at_most or want.per_day_at_most or want.total_at_most or 10_000
    args: dict[str, Any] = {
        "purpose": want.category or "payments",
        "categories": [want.category] if want.category else [],
        "payees": list(want.payee),
        "weekdays": list(want.weekdays),
        "single_limit": format_yuan(most),
        "valid_to": to_iso(desk.now + 90 * DAY, desk.scenario.offset_min),
    }
    if want.per_day_at_most is not None:
        args["day_limit"] = format_yuan(want.per_day_at_most)
    if want.total_at_most is not None:
        args["total_limit"] = format_yuan(want.total_at_most)
    args["request_no"] = desk.number()
    applied = desk.until(
        lambda: desk.write("alipay_mandate_apply", **args),
        lambda made: bool(desk.read("alipay_mandate_query", mandate_id=made["mandate_id"])),
    )
    for _ in range(8):
        state = desk.read("alipay_mandate_query", mandate_id=applied["mandate_id"])["state"]
        if state == "NORMAL":
            return [str(applied["mandate_id"])]
        if state in ("INVALID", "TERMINATE"):
            break
        desk.wait(120)
    raise Stopped("REFUSED", "the mandate was not approved")


# --- what was there before -----------------------------------------------------------------------------------


def service_of(desk: Desk, ref: str) -> str:
    """Which service an order belongs to, as the person's history shows it."""
    for order in desk.read("user_order_history", limit=50)["orders"]:
        if ref in (order["order_id"], order["out_trade_no"]):
            return str(order["service"])
    for tool, key in (("fliggy_order_list", "orders"), ("taobao_order_list", "orders"), ("flash_order_list", "orders")):
        if any(order["order_id"] == ref for order in desk.read(tool)[key]):
            return tool.partition("_")[0]
    return ""


def cancel(desk: Desk, want: OrderRef) -> list[str]:
    """Cancel an order, if that costs no more than it may; one that is off already is left alone."""
    ref = want.order
    service = service_of(desk, ref)
    if service not in ("fliggy", "flash", "taobao", "amap"):
        raise Stopped("NOT_FOUND", f"no order {ref}")
    if off(desk, service, ref) is not None:
        return [ref]
    args: dict[str, Any] = {"order_id": ref}
    if service == "fliggy":
        try:
            quote = desk.read("fliggy_cancel_quote", order_id=ref)
        except Stopped:
            if off(desk, service, ref) is None:
                raise
            return [ref]
        _check_fee(want, parse_yuan(quote["fee"]))
        tool, args["expect_fee"] = "fliggy_order_cancel", quote["fee"]
    elif service == "flash":
        detail = desk.read("flash_order_detail", order_id=ref)
        _check_fee(want, parse_yuan(detail["total"]) - parse_yuan(detail["refund_if_cancelled"]))
        tool = "flash_order_cancel"
    elif service == "taobao":
        tool, args["request_no"] = "taobao_order_cancel", desk.number()
    else:
        _check_fee(want, parse_yuan(desk.read("amap_ride_status", ride_id=ref)["cancel_fee"]))
        tool, args = "amap_ride_cancel", {"ride_id": ref}

    def act() -> None:
        try:
            desk.write(tool, lambda: off(desk, service, ref), **args)
        except Stopped:
            # It may have come to an end by itself meanwhile, which is as good.
            if off(desk, service, ref) is None:
                raise

    desk.until(act, lambda _: off(desk, service, ref) is not None)
    return [ref]


def off(desk: Desk, service: str, ref: str) -> dict[str, Any] | None:
    """The order, if it is not going to happen any more."""
    if service == "amap":
        shown = desk.read("amap_ride_status", ride_id=ref)
    else:
        shown = desk.read(f"{service}_order_detail", order_id=ref)
    return shown if shown["state"] in OFF else None


def _check_fee(want: OrderRef, fee: int) -> None:
    if want.fee_at_most is not None and fee > want.fee_at_most:
        raise Stopped("OVER_BUDGET", f"it costs {format_yuan(fee)}")


def refund(desk: Desk, want: OrderRef) -> list[str]:
    """Get money back for an order, or for a payment that was taken twice."""
    service = service_of(desk, want.order)
    if service == "fliggy" and desk.read("fliggy_order_detail", order_id=want.order)["state"] in trips.DEAD:
        return [want.order]
    if service == "amap" and _twice(desk, want.order):
        _dispute(desk, want.order)
        return [want.order]
    extra = _duplicate(desk, want.order)
    if extra is not None:
        desk.write("alipay_refund_request", lambda: None, payment_id=extra, reason="duplicate")
        desk.wait(3600 * 2)
        return [want.order]
    return _after_sale(desk, want) if service == "taobao" else cancel(desk, want)


def _dispute(desk: Desk, ride_id: str) -> None:
    """Have a ride's second charge looked into, and wait for the answer."""
    try:
        desk.until(
            lambda: desk.write("amap_ride_dispute", lambda: None, ride_id=ride_id, reason="duplicate_charge"),
            lambda made: bool(desk.read("amap_ride_dispute_status", case_id=made["case_id"])),
        )
    except Stopped as stopped:
        # A case is open: an earlier call went through although nobody said so.
        if stopped.code != "CASE_OPEN":
            raise
    desk.wait(3 * 3600)


def _twice(desk: Desk, ref: str) -> bool:
    return len(desk.read("amap_ride_status", ride_id=ref)["payments"]) > 1


def _duplicate(desk: Desk, ref: str) -> str | None:
    history = desk.read("user_order_history", limit=50)["orders"]
    trades = [order["out_trade_no"] for order in history if ref in (order["order_id"], order["out_trade_no"])]
    for trade in trades or [ref]:
        try:
            payments = desk.read("alipay_trade_query", out_trade_no=trade)["payments"]
        except Stopped:
            continue
        good = [payment for payment in payments if payment["state"] == "success"]
        if len(good) > 1:
            return str(good[-1]["payment_id"])
    return None


def _after_sale(desk: Desk, want: OrderRef) -> list[str]:
    order = desk.read("taobao_order_detail", order_id=want.order)
    if "cancel" in order["actions"]:
        desk.write("taobao_order_cancel", order_id=want.order)
        return [want.order]
    kind = "return_and_refund" if order["state"] in ("delivered", "completed") else "refund_only"
    args: dict[str, Any] = {"order_id": want.order, "kind": kind, "reason": "size", "request_no": desk.number()}
    made = desk.until(
        lambda: desk.write("taobao_after_sale_apply", **args),
        lambda made: bool(desk.read("taobao_after_sale_detail", after_sale_id=made["after_sale_id"])),
    )
    for _ in range(36):
        state = desk.read("taobao_after_sale_detail", after_sale_id=made["after_sale_id"])["state"]
        if state in ("pickup_scheduled", "returning", "refunded"):
            return [want.order]
        if state in ("refused", "cancelled"):
            raise Stopped("NOT_POSSIBLE", "the seller refuses")
        desk.wait(3600)
    return [want.order]


def rebook(desk: Desk, want: RebookWant) -> list[str]:
    """Move an order to another day or departure; where no change is possible, give it up and book anew."""
    detail = desk.read("fliggy_order_detail", order_id=want.order)
    if detail["kind"] == "ticket":
        if want.date is None:
            raise Stopped("NOT_POSSIBLE", "no new day")
        day = want.date.isoformat()

        def moved() -> dict[str, Any] | None:
            shown = desk.read("fliggy_order_detail", order_id=want.order)
            return shown if shown["start"].startswith(day) else None

        desk.until(
            lambda: desk.write("fliggy_ticket_change", moved, order_id=want.order, date=day),
            lambda _: moved() is not None,
        )
        return [want.order]
    if want.trip is None:
        raise Stopped("NOT_POSSIBLE", "no new trip")
    return _new_trip(desk, detail, want.order, want.trip)


def _new_trip(desk: Desk, detail: dict[str, Any], ref: str, trip: TripWant) -> list[str]:
    options = trips.trips(desk, detail["kind"], trip)
    for option in options:
        new_id = option.args.get("itinerary_id") or option.args.get("train_id")
        try:
            quote = desk.read("fliggy_change_quote", order_id=ref, new_id=new_id)
        except Stopped:
            continue
        args = {"order_id": ref, "new_id": new_id, "expect_to_pay": quote["to_pay"], "request_no": desk.number()}
        changed = _change(desk, args, detail["product_id"])
        if parse_yuan(changed["to_pay"]):
            desk.pay(changed["out_trade_no"])
        return [trips.settled(desk, ref)]
    if detail["state"] not in trips.DEAD:
        cancel(desk, OrderRef(order=ref))
    return [ref, trips.book(desk, options[0], people=trip.pax)]


def _change(desk: Desk, args: dict[str, Any], before: str) -> Any:
    def changed(made: dict[str, Any]) -> bool:
        shown = desk.read("fliggy_order_detail", order_id=args["order_id"])
        return bool(made["state"] == "changing" or shown["product_id"] != before)

    return desk.until(lambda: desk.write("fliggy_order_change", **args), changed)
