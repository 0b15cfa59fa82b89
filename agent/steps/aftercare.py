"""What comes after buying: returns, double charges, cancellations and other days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Candidate, Placed, Plain, Split, Work, fact, fen, unpaid
from agent.steps.booking import LIVE
from agent.steps.match import fit
from agent.steps.orders import meant
from agent.steps.weather import rains
from agent.task import Cancel, Dispute, GiveBack, Stay, Trip

KINDS = {"hotel": "hotel", "flight": "flight", "train": "train", "ticket": "ticket"}


def paid_so_much(orders: list[dict[str, Any]], amount_fen: int) -> list[dict[str, Any]]:
    """The orders that cost an amount, where one is named and one of them did."""
    if not amount_fen:
        return orders
    return [o for o in orders if fen(o["total"]) == amount_fen] or orders


class GiveBackStep(Plain[GiveBack]):
    """Return goods; the merchant answers in its own time."""

    def look(self, goal: GiveBack, work: Work) -> list[Candidate]:
        """The newest order that fits the words and the days."""
        if goal.ref:
            known = work.desk.call("taobao_order_detail", {"order_id": goal.ref}, need=("state", "lines", "total"))
            return [self.candidate(known, goal)]
        args = {"query": goal.item or None, "since": goal.since[:10] or None, "limit": 20}
        orders = work.desk.call("taobao_order_list", args, need=("orders",))["orders"]
        if not orders and goal.since:
            orders = work.desk.call("taobao_order_list", {**args, "since": None}, need=("orders",))["orders"]
        if goal.until:
            orders = [o for o in orders if o["created_at"][:10] <= goal.until[:10]] or orders
        fitting = [o for o in orders if o["state"] not in ("unpaid", "closed", "refunded")]
        fitting = paid_so_much(fitting, goal.amount_fen)
        if not fitting:
            raise NoWay("not_found", goal.item)
        return [self.candidate(meant(fitting, "" if goal.since else goal.item), goal)]

    @staticmethod
    def candidate(order: dict[str, Any], goal: GiveBack) -> Candidate:
        """An order, to go back in the way that its state allows."""
        kind = "return_and_refund" if order["delivered_at"] else "refund_only"
        return Candidate(
            title=order["lines"][0]["title"],
            fen=0,
            data={"order_id": order["order_id"], "kind": kind, "reason": goal.reason, "total": order["total"]},
        )

    def place(self, goal: GiveBack, candidate: Candidate, work: Work) -> Placed:
        """Nothing is reserved; giving it back was the errand, so it needs no further consent."""
        data = candidate["data"]
        return unpaid(candidate, data["order_id"])

    def commit(self, goal: GiveBack, placed: Placed, work: Work) -> None:
        """Apply, with a number of our own."""
        data = placed["data"]
        args = {
            "order_id": data["order_id"],
            "kind": data["kind"],
            "reason": data["reason"],
            "request_no": work.key(goal.id, "after-sale"),
        }
        made = work.desk.call("taobao_after_sale_apply", args, need=("after_sale_id",))
        work.step(goal.id).setdefault("result", {})["after_sale_id"] = made["after_sale_id"]

    def committed(self, goal: GiveBack, placed: Placed, work: Work) -> bool:
        """Whether the order has a request."""
        order = work.desk.call("taobao_order_detail", {"order_id": placed["order_id"]}, need=("after_sale_ids",))
        if order["after_sale_ids"]:
            work.step(goal.id).setdefault("result", {})["after_sale_id"] = order["after_sale_ids"][-1]
        return bool(order["after_sale_ids"])

    def check(self, goal: GiveBack, placed: Placed, work: Work) -> dict[str, Any]:
        """What the merchant says so far."""
        if not self.committed(goal, placed, work):
            raise ToolFailure("taobao_after_sale_apply", "NO_EFFECT", "acknowledged, but not there", access="write")
        case_id = work.step(goal.id)["result"]["after_sale_id"]
        case = work.desk.call("taobao_after_sale_detail", {"after_sale_id": case_id}, need=("state", "refund"))
        facts = [fact("order_id", placed["order_id"]), fact("refund", case["refund"], placed["order_id"])]
        return {"facts": facts, "after_sale_id": case_id, "state": case["state"]}


class DisputeStep(Plain[Dispute]):
    """Get a charge back that was made twice, if there really are two."""

    def look(self, goal: Dispute, work: Work) -> list[Candidate]:
        """Two payments of one trade, or two equal charges by one payee close together.

        Raises:
            NoWay: nothing was charged twice.
            Split: several things were, and the words speak of several.
        """
        since = goal.since or (work.now - timedelta(days=7)).isoformat()
        entries = work.desk.call("alipay_bill_list", {"since": since, "limit": 50}, need=("entries",))["entries"]
        paid = [e for e in entries if e["direction"] == "out" and e["kind"] == "payment" and e["state"] == "success"]
        groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for entry in paid:
            groups.setdefault((entry["out_trade_no"], entry["amount"]), []).append(entry)
        double = [group for group in groups.values() if len(group) > 1 and goal.ref in ("", group[0]["out_trade_no"])]
        if goal.several and len(double) > 1:
            trades = [group[0]["out_trade_no"] for group in double]
            raise Split(tuple(msgspec.structs.replace(goal, ref=trade, several=False) for trade in trades))
        if goal.item:
            named = [g for g in double if fit(goal.item, g[0]["subject"], g[0]["counterparty"], g[0]["category"]) > 0]
            double = named or double
        if not double:
            raise NoWay("not_found", "no charge was made twice")
        later = max(double[0], key=lambda e: (e["at"], e["payment_id"]))
        return [
            Candidate(
                title=f"{later['counterparty']} {later['amount']}",
                fen=0,
                data={"payment_id": later["payment_id"], "trade": later["out_trade_no"], "amount": later["amount"]},
            )
        ]

    def place(self, goal: Dispute, candidate: Candidate, work: Work) -> Placed:
        """Nothing is reserved; asking for it back was the errand."""
        data = candidate["data"]
        return unpaid(candidate, data["trade"])

    def commit(self, goal: Dispute, placed: Placed, work: Work) -> None:
        """Ask the payee. Takes no request number; a second request for one payment is recognised by the payment."""
        args = {"payment_id": placed["data"]["payment_id"], "reason": "duplicate"}
        work.desk.call("alipay_refund_request", args, need=("state",))

    def committed(self, goal: Dispute, placed: Placed, work: Work) -> bool:
        """Whether the payment has a request."""
        return bool(self.payment(placed, work).get("refund_request"))

    def payment(self, placed: Placed, work: Work) -> dict[str, Any]:
        """The payment that should come back."""
        trade = work.desk.call("alipay_trade_query", {"out_trade_no": placed["data"]["trade"]}, need=("payments",))
        return next((p for p in trade["payments"] if p["payment_id"] == placed["data"]["payment_id"]), {})

    def check(self, goal: Dispute, placed: Placed, work: Work) -> dict[str, Any]:
        """Wait for the payee's answer."""
        found: dict[str, Any] = {}
        for _ in range(10):
            found = self.payment(placed, work)
            if found.get("refund_request") != "pending":
                break
            work.desk.call("clock_wait", {"seconds": 600, "wake_on_notice": False})
        if found.get("refund_request") == "refused":
            raise NoWay("not_possible", "the payee refused")
        if not found.get("refund_request"):
            raise ToolFailure("alipay_refund_request", "NO_EFFECT", "acknowledged, but not there", access="write")
        return {"facts": [fact("refund", placed["data"]["amount"], placed["order_id"])]}


class CancelStep(Plain[Cancel]):
    """Cancel an order, if its rules and the person's condition allow."""

    def look(self, goal: Cancel, work: Work) -> list[Candidate]:
        """The order that is meant, and what cancelling it costs now; nothing to do on a dry day if rain decides."""
        if goal.if_rain and not rains(work.me.city, goal.if_rain, work):
            return [Candidate(title=goal.if_rain[:10], fen=0, data={"leave": True, "order_id": "", "fee": "0.00"})]
        if goal.what in ("food", "goods"):
            return [self.shop_order(goal, work)]
        if goal.what == "ride":
            return [self.ride(goal, work)]
        orders = work.desk.call("fliggy_order_list", {"kind": KINDS.get(goal.what), "limit": 50}, need=("orders",))[
            "orders"
        ]
        live = [o for o in orders if o["state"] in LIVE]
        if goal.place:
            named = []
            for order in live:
                detail = work.desk.call("fliggy_order_detail", {"order_id": order["order_id"]}, need=("title",))
                places = (order["title"], detail["to_place"], detail["from_place"])
                if fit(goal.place, *places) >= 0.5 or self.in_city(goal.place, detail, work):
                    named.append(order)
            live = named
        if goal.date:
            live = [o for o in live if o["start"][:10] == goal.date[:10]] or live
        live = [o for o in live if o["end"] >= work.now.isoformat()] or live
        if not live:
            raise NoWay("not_found", goal.place or goal.what)
        order = meant(sorted(live, key=lambda o: str(o["start"])), goal.item)
        quote = work.desk.call("fliggy_cancel_quote", {"order_id": order["order_id"]}, need=("fee", "refund"))
        fee = fen(quote["fee"])
        if (goal.only_if_free and fee) or 0 <= goal.max_fee_fen < fee:
            raise NoWay("over_budget", f"fee {quote['fee']}", [fact("amount", quote["fee"], order["order_id"])])
        detail = work.desk.call("fliggy_order_detail", {"order_id": order["order_id"]}, need=("location", "amount"))
        stay = {
            "city": detail["to_place"] or goal.place,
            "check_in": order["start"][:10],
            "check_out": order["end"][:10],
            "amount": detail["amount"],
            "location": detail["location"],
        }
        return [
            Candidate(
                title=order["title"],
                fen=0,
                data={
                    "channel": "fliggy",
                    "order_id": order["order_id"],
                    "fee": quote["fee"],
                    "refund": quote["refund"],
                    "stay": stay,
                },
            )
        ]

    @staticmethod
    def in_city(place: str, detail: dict[str, Any], work: Work) -> bool:
        """Whether an order's place lies in the city that the words name."""
        if not detail["location"]:
            return False
        found = work.desk.call("maps_geo", {"address": place}, need=("geocodes",))["geocodes"]
        around = work.desk.call("maps_regeocode", {"location": detail["location"]}, need=("city",))
        return any(g["city"] in (around["city"], around["city_en"]) for g in found)

    def shop_order(self, goal: Cancel, work: Work) -> Candidate:
        """A food or parcel order."""
        channel = "flash" if goal.what == "food" else "taobao"
        if goal.ref:
            known = work.desk.call(f"{channel}_order_detail", {"order_id": goal.ref}, need=("lines", "total"))
            return self.of_shop(known, channel)
        tool = f"{channel}_order_list"
        orders = work.desk.call(tool, {"query": goal.item or None, "limit": 10}, need=("orders",))["orders"]
        ended = ("cancelled", "refunded", "delivered", "closed", "completed", "refunding")
        live = paid_so_much([o for o in orders if o["state"] not in ended], goal.amount_fen)
        if not live:
            raise NoWay("not_found", goal.item)
        return self.of_shop(meant(live, goal.item, day=goal.date, days=("created_at",)), channel)

    @staticmethod
    def of_shop(order: dict[str, Any], channel: str) -> Candidate:
        """A shop's order, to be cancelled."""
        name = order["lines"][0].get("title") or order["lines"][0]["name"]
        return Candidate(
            title=name,
            fen=0,
            data={"channel": channel, "order_id": order["order_id"], "fee": "0.00", "refund": order["total"]},
        )

    def ride(self, goal: Cancel, work: Work) -> Candidate:
        """A ride that has not begun."""
        rides = work.desk.call("amap_ride_list", {"limit": 20}, need=("rides",))["rides"]
        live = [
            r for r in rides if r["state"] in ("awaiting_payment", "dispatching", "driver_assigned", "driver_arrived")
        ]
        if not live:
            raise NoWay("not_found", "ride")
        ride = meant(live, goal.item, day=goal.date, days=("depart_at", "pickup_at"))
        if (goal.only_if_free and fen(ride["cancel_fee"])) or 0 <= goal.max_fee_fen < fen(ride["cancel_fee"]):
            raise NoWay("over_budget", f"fee {ride['cancel_fee']}")
        return Candidate(
            title=ride["destination_name"],
            fen=0,
            data={"channel": "amap", "order_id": ride["ride_id"], "fee": ride["cancel_fee"], "refund": ""},
        )

    def place(self, goal: Cancel, candidate: Candidate, work: Work) -> Placed:
        """What would be lost needs the person's word, unless they have said so."""
        data = candidate["data"]
        fee = fen(data["fee"])
        agreed = goal.only_if_free or fee <= max(0, goal.max_fee_fen)
        actions = (
            []
            if not fee or agreed
            else [{"kind": "cancel", "target": data["order_id"], "fee": data["fee"], "text": candidate["title"][:200]}]
        )
        return unpaid(candidate, data["order_id"], actions)

    def commit(self, goal: Cancel, placed: Placed, work: Work) -> None:
        """Cancel. Takes no request number: looking tells whether it was done."""
        data = placed["data"]
        if data.get("leave") or changed_instead(goal, work):
            return
        costly = fen(data["fee"]) > 0
        if any(
            (isinstance(g, Stay) or (costly and isinstance(g, Trip)))
            and g.replaces == goal.id
            and work.step(g.id)["status"] in ("failed", "dropped")
            for g in work.task.goals
        ):
            raise NoWay("not_possible", "there is nothing to take its place")
        order_id = data["order_id"]
        if data["channel"] == "fliggy":
            work.desk.call("fliggy_order_cancel", {"order_id": order_id, "expect_fee": data["fee"]}, need=("state",))
        elif data["channel"] == "flash":
            work.desk.call("flash_order_cancel", {"order_id": order_id})
        elif data["channel"] == "taobao":
            work.desk.call("taobao_order_cancel", {"order_id": order_id, "request_no": work.key(goal.id, "cancel")})
        else:
            work.desk.call("amap_ride_cancel", {"ride_id": order_id})

    def committed(self, goal: Cancel, placed: Placed, work: Work) -> bool:
        """Whether the order is gone, or was changed instead."""
        if placed["data"].get("leave") or changed_instead(goal, work):
            return True
        return self.state(placed, work) in ("cancelled", "closed", "refunding", "refunded", "expired")

    def state(self, placed: Placed, work: Work) -> str:
        """The order's state."""
        order_id, channel = placed["order_id"], placed["data"]["channel"]
        if channel == "amap":
            return str(work.desk.call("amap_ride_status", {"ride_id": order_id}, need=("state",))["state"])
        return str(work.desk.call(f"{channel}_order_detail", {"order_id": order_id}, need=("state",))["state"])

    def check(self, goal: Cancel, placed: Placed, work: Work) -> dict[str, Any]:
        """Read that it is gone.

        Raises:
            ToolFailure: ``NO_EFFECT`` if it is not.
        """
        if not self.committed(goal, placed, work):
            raise ToolFailure("order_cancel", "NO_EFFECT", "acknowledged, but still there", access="write")
        if placed["data"].get("leave"):
            return {"facts": []}
        facts = [fact("order_id", placed["order_id"])]
        if placed["data"]["refund"] and not changed_instead(goal, work):
            facts.append(fact("refund", placed["data"]["refund"], placed["order_id"]))
        return {"facts": facts}


def changed_instead(goal: Cancel, work: Work) -> bool:
    """Whether the booking lives on: the trip that replaces it was made by changing it."""
    for other in work.task.goals:
        if isinstance(other, Trip) and other.replaces == goal.id:
            step = work.steps[other.id]
            if step.get("candidates") and "chosen" in step and step["status"] not in ("failed", "dropped"):
                return bool(step["candidates"][step["chosen"]]["data"].get("change_of"))
    return False
