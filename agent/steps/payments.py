"""Money without goods: household bills, transfers to people, and asking others for their share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from agent.desk import NoWay, ToolFailure
from agent.phrases import phrase
from agent.steps.base import Candidate, Line, Placed, Plain, Split, Work, fact, fen, unpaid
from agent.task import Bill, Collect, Transfer
from agent.words import fold
from mock_services.money import format_yuan, split_evenly

ANSWER_HOURS = 4
"""How long people take at most to answer a request for money."""

ABOVE_USUAL_PERCENT = 110
"""A bill above this share of the usual one is more than usual."""


class BillStep(Plain[Bill]):
    """Pay a household or phone bill."""

    def look(self, goal: Bill, work: Work) -> list[Candidate]:
        """The unpaid bills of the kind; asks first if the person wanted to be asked about a high one.

        Raises:
            NoWay: none is owed, or several are and nothing tells which one is meant.
            Split: several are to be paid.
        """
        bills = work.desk.call("alipay_utility_bills", {"kind": goal.bill or None}, need=("bills",))["bills"]
        owed = [bill for bill in bills if bill["state"] != "paid" and goal.ref in ("", bill["bill_id"])]
        if goal.account:
            owed = [bill for bill in owed if bill["account_no"].endswith(goal.account)]
        if goal.due_by and not goal.ref:
            due = in_reach([bill for bill in owed if bill["due"] <= goal.due_by[:10]], goal.budget_fen)
            if len(due) > 1:
                raise Split(tuple(msgspec.structs.replace(goal, ref=bill["bill_id"]) for bill in due))
            owed = due
        if not owed:
            raise NoWay("not_found", goal.bill)
        bill = owed[0]
        amount = fen(bill["amount"])
        facts = [fact("bill_amount", bill["amount"], bill["bill_id"])]
        if goal.budget_fen and amount > goal.budget_fen:
            raise NoWay("over_budget", format_yuan(goal.budget_fen), facts)
        usual = bill["usual_amount"]
        memory = work.step(goal.id).setdefault("result", {})
        if goal.ask_above_usual and usual and amount * 100 > fen(usual) * ABOVE_USUAL_PERCENT and "asked" not in memory:
            text = phrase(work.task.language, "usual_is", total=bill["amount"])
            reply = work.desk.call("user_ask", {"topic": "permission", "text": text}, need=("kind", "text"))
            memory["asked"] = reply["text"]
            from agent.rules import says_no

            if reply["kind"] == "told" and says_no(reply["text"]):
                raise NoWay("refused_by_person", bill["amount"], facts)
        return [Candidate(title=f"{bill['company']} {bill['period']}", fen=amount, data={"bill_id": bill["bill_id"]})]

    def place(self, goal: Bill, candidate: Candidate, work: Work) -> Placed:
        """Open the bill's trade; the service gives the open one if there is one."""
        bill_id = candidate["data"]["bill_id"]
        trade = work.desk.call("alipay_utility_bill_open", {"bill_id": bill_id}, need=("out_trade_no", "amount"))
        amount = fen(trade["amount"])
        return Placed(
            order_id=bill_id,
            out_trade_no=trade["out_trade_no"],
            fen=amount,
            payee=candidate["title"],
            subject=candidate["title"],
            lines=[Line(name=candidate["title"], quantity=1, fen=amount)],
        )

    def check(self, goal: Bill, placed: Placed, work: Work) -> dict[str, Any]:
        """Read that the trade is paid."""
        trade = work.desk.call("alipay_trade_query", {"out_trade_no": placed["out_trade_no"]}, need=("paid",))
        if fen(trade["paid"]) < placed["fen"]:
            raise ToolFailure("alipay_trade_query", "NO_EFFECT", "the bill is not paid", access="write")
        return {"facts": [fact("bill_amount", trade["paid"], placed["order_id"]), fact("amount", trade["paid"])]}


def in_reach(bills: list[dict[str, Any]], most_fen: int) -> list[dict[str, Any]]:
    """The bills that an amount pays, those due first before the others; all of them if no amount was named."""
    kept: list[dict[str, Any]] = []
    left = most_fen
    for bill in sorted(bills, key=lambda bill: str(bill["due"])):
        amount = fen(bill["amount"])
        if not most_fen or amount <= left:
            kept.append(bill)
            left -= amount
    return kept


def one_of(contacts: list[dict[str, Any]], payee: str) -> dict[str, Any]:
    """The contact that is meant, by id or name; of several that would do none is taken.

    Raises:
        NoWay: several would do. Money that went to the wrong one of two does not come back.
    """
    known = next((c for c in contacts if payee in (c["contact_id"], c["name"])), None)
    if known is not None and sum(c["name"] == payee for c in contacts) < 2:
        return known
    exact = [c for c in contacts if fold(payee) in (fold(c["name"]), fold(c["nickname"]))] or contacts
    if len(exact) > 1:
        raise NoWay("needs_person", payee)
    return exact[0]


class TransferStep(Plain[Transfer]):
    """Send money to a person: only after the person saw to whom it goes."""

    def look(self, goal: Transfer, work: Work) -> list[Candidate]:
        """Who is behind the name or the account, and whether that is safe."""
        if not goal.amount_fen:
            raise NoWay("needs_person", "amount")
        if goal.account:
            target, args = goal.account, {"payee_account": goal.account}
        else:
            contacts = work.desk.call("user_contacts", {"query": goal.payee}, need=("contacts",))["contacts"]
            if not contacts:
                raise NoWay("not_found", goal.payee)
            contact = one_of(contacts, goal.payee)
            target = contact["account"] or contact["phone"]
            args = {"contact_id": contact["contact_id"]}
        try:
            payee = work.desk.call("alipay_payee_check", {"account": target}, need=("masked_name", "risk"))
        except ToolFailure as error:
            if error.code.endswith("NOT_EXIST") or error.code == "INVALID_ARGUMENT":
                raise NoWay("not_found", goal.account or goal.payee) from error
            raise
        if payee["risk"] in ("reported", "blocked"):
            raise NoWay("suspicious", payee["risk_text"], [fact("payee", payee["masked_name"])])
        title = f"{payee['masked_name']} ({payee['payee_account']})"
        return [Candidate(title=title, fen=goal.amount_fen, data={"args": args, "payee": payee["payee_account"]})]

    def place(self, goal: Transfer, candidate: Candidate, work: Work) -> Placed:
        """Say what would be sent; nothing is reserved."""
        return Placed(
            order_id="",
            out_trade_no="",
            fen=candidate["fen"],
            payee=candidate["data"]["payee"],
            subject=candidate["title"],
            lines=[Line(name=candidate["title"][:200], quantity=1, fen=candidate["fen"])],
            data=candidate["data"],
        )

    def commit(self, goal: Transfer, placed: Placed, work: Work) -> None:
        """Send it, with a number of our own."""
        from agent.pay import request_no

        step = work.step(goal.id)
        args = {
            **placed["data"]["args"],
            "request_no": request_no(step, work),
            "amount": format_yuan(placed["fen"]),
            "memo": goal.memo[:100],
            "method_id": step.get("method") or None,
        }
        work.desk.call("alipay_transfer", args, need=("transfer_id",))

    def committed(self, goal: Transfer, placed: Placed, work: Work) -> bool:
        """Whether the transfer with our number is there."""
        from agent.pay import payment, request_no

        found = payment(request_no(work.step(goal.id), work), work)
        return found is not None and found["state"] != "failed"

    def check(self, goal: Transfer, placed: Placed, work: Work) -> dict[str, Any]:
        """What was sent, and to whom; that it went through is known by now."""
        amount = format_yuan(placed["fen"])
        return {"facts": [fact("amount", amount), fact("payee", placed["payee"])]}


class CollectStep(Plain[Collect]):
    """Ask others for their share."""

    def look(self, goal: Collect, work: Work) -> list[Candidate]:
        """Who is asked, and for how much: the same for all of them; what cannot be split stays with the person."""
        found: list[dict[str, Any]] = []
        for name in goal.payers:
            contacts = work.desk.call("user_contacts", {"query": name}, need=("contacts",))["contacts"]
            if not contacts:
                raise NoWay("not_found", name)
            found.append(contacts[0])
        if not found:
            raise NoWay("needs_person", "contact")
        people = goal.people or len(found) + 1
        each = goal.each_fen or (min(split_evenly(goal.total_fen, people)) if goal.total_fen else 0)
        if not each:
            raise NoWay("needs_person", "amount")
        names = ", ".join(c["nickname"] or c["name"] for c in found)
        return [
            Candidate(
                title=f"{names}: {format_yuan(each)}",
                fen=0,
                data={"ids": [c["contact_id"] for c in found], "each": format_yuan(each)},
            )
        ]

    def place(self, goal: Collect, candidate: Candidate, work: Work) -> Placed:
        """Nothing is reserved; asking was the errand, so it needs no further consent."""
        return unpaid(candidate)

    def commit(self, goal: Collect, placed: Placed, work: Work) -> None:
        """Ask them. Takes no request number."""
        data = placed["data"]
        made = work.desk.call(
            "alipay_collect_request", {"contact_ids": data["ids"], "amount_each": data["each"]}, need=("collect_id",)
        )
        work.step(goal.id).setdefault("result", {})["collect_id"] = made["collect_id"]

    def committed(self, goal: Collect, placed: Placed, work: Work) -> bool:
        """After an answer that was lost: nothing lists requests, and only what those answer who were asked shows one.

        So that nobody is asked twice, it waits as long as people take to answer.
        """
        began = work.now
        while True:
            shown = work.desk.call("user_notices", {"service": "alipay", "limit": 50}, need=("notices",))["notices"]
            for ref in sorted({n["ref"] for n in shown if n["event"].startswith("collect_")}):
                asked = work.desk.call("alipay_collect_query", {"collect_id": ref}, need=("items",))["items"]
                whom = {(item["contact_id"], item["amount"]) for item in asked}
                if whom == {(contact, placed["data"]["each"]) for contact in placed["data"]["ids"]}:
                    work.step(goal.id).setdefault("result", {})["collect_id"] = ref
                    return True
            if work.now - began > timedelta(hours=ANSWER_HOURS):
                return False
            work.desk.call("clock_wait", {"seconds": 3600})

    def check(self, goal: Collect, placed: Placed, work: Work) -> dict[str, Any]:
        """What was asked for."""
        result = work.step(goal.id).get("result", {})
        return {"facts": [fact("amount", placed["data"]["each"], result.get("collect_id", ""))], **result}
