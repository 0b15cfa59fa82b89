"""The guard's book: what it has seen pass, of consents, payments, orders, permissions and secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.words import fold
from mock_services.money import parse_yuan

UNANSWERED = frozenset({"TIMEOUT", "CONNECTION_RESET", "SERVER_ERROR"})
"""Codes after which nobody knows whether a write had its effect."""

LOST = frozenset({"cancelled", "closed", "failed", "refunding", "refunded"})
"""States of orders whose money comes back."""

SECRET = 6
"""Shorter texts are no secrets: they stand in too many others."""


@dataclass(slots=True)
class Agreed:
    """One charge that the person approved: of the offer with this hash, from this method, good for one payment."""

    consent_id: str
    offer_hash: str
    target: str
    fen: int
    method_id: str


@dataclass(slots=True)
class Sent:
    """A payment that left under a request number, by ``consent``, by the ``words`` or within a ``mandate``.

    ``alive``: it was made, or may have been.
    """

    args: dict[str, Any]
    targets: set[str]
    fen: int
    by: str
    alive: bool = True


@dataclass(slots=True)
class Book:
    """What has passed so far. Money in fen; a ``target`` is a trade, or the account of whom money is sent to."""

    agreed: list[Agreed] = field(default_factory=list)
    actions: dict[str, int] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    prices: dict[str, int] = field(default_factory=dict)
    trade_of: dict[str, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    mandates: dict[str, dict[str, Any]] = field(default_factory=dict)
    applied: set[str] = field(default_factory=set)
    purposes: set[str] = field(default_factory=set)
    collected: int = 0
    accounts: dict[str, set[str]] = field(default_factory=dict)
    risky: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, tuple[str, str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    began: str = ""

    def targets(self, args: Mapping[str, Any]) -> set[str]:
        """What a payment goes to: its trade, or else every name of whom money is sent to."""
        if args.get("out_trade_no"):
            return {str(args["out_trade_no"])}
        contact = str(args.get("contact_id") or "")
        return ({str(args.get("payee_account") or ""), contact} | self.accounts.get(contact, set())) - {""}

    def alive(self, targets: set[str]) -> list[Sent]:
        """Payments to a target that were made or may have been."""
        return [sent for sent in self.sent.values() if sent.alive and sent.targets & targets]

    def consent_to(self, args: Mapping[str, Any]) -> Agreed | None:
        """The consent that is good for a payment: to just this target and amount, from just this method."""
        targets, fen, method = self.targets(args), amount_of(args), str(args.get("method_id") or "")
        fits = (one for one in self.agreed if one.target in targets and (one.fen, one.method_id) == (fen, method))
        return next(fits, None)

    def spent(self) -> int:
        """What has left, as far as it is not known to have come back."""
        return sum(sent.fen for sent in self.sent.values() if sent.alive)

    def void(self, target: str) -> None:
        """What was agreed to for a target is off: it costs something else now."""
        self.agreed = [one for one in self.agreed if one.target != target]

    # --- reading what passes -----------------------------------------------------------------------------------

    def read(self, tool: str, args: Mapping[str, Any], reply: Mapping[str, Any]) -> None:
        """Take down what a reply tells; what is of another shape than usual tells nothing."""
        self.began = self.began or str(reply.get("as_of", ""))
        data = reply.get("data")
        if not reply.get("ok") or not isinstance(data, Mapping):
            return
        reader = _READERS.get(tool)
        if reader is not None:
            try:
                reader(self, args, data)
            except (KeyError, TypeError, ValueError, AttributeError):
                return

    def _trade(self, args: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        trade, fen = str(data["out_trade_no"]), parse_yuan(data["amount"])
        if self.prices.get(trade, fen) != fen:
            self.void(trade)
        self.prices[trade] = fen
        for payment in data.get("payments", ()):
            self._payment(args, payment)

    def _payment(self, args: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        sent = self.sent.get(str(data.get("request_no") or args.get("request_no") or ""))
        if sent is not None and data["state"] == "failed":
            sent.alive = False

    def _order(self, args: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        for name in ("order_id", "ride_id", "hold_id", "bill_id"):
            if data.get(name):
                self.own.add(str(data[name]))
                self.trade_of[str(data[name])] = str(data.get("out_trade_no") or "")
        if data.get("out_trade_no") and data.get("amount"):
            self._trade(args, {"out_trade_no": data["out_trade_no"], "amount": data["amount"]})

    def _orders(self, args: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        rows = next((data[name] for name in ("orders", "rides", "holds") if name in data), (data,))
        for row in rows:
            number = str(row.get("order_id") or row.get("ride_id") or row.get("hold_id") or "")
            if number and row.get("created_at", "") >= self.began > "":
                self.own.add(number)
            if number and row.get("out_trade_no"):
                self.trade_of.setdefault(number, str(row["out_trade_no"]))
            if row.get("state") in LOST or row.get("disruption") == "cancelled":
                self._over(number)

    def _gone(self, args: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        self._over(str(args.get("order_id") or args.get("ride_id") or ""))

    def _over(self, number: str) -> None:
        for sent in self.alive({self.trade_of.get(number) or "-"}):
            sent.alive = False

    def _mandate(self, args: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        for row in data.get("mandates", (data,)):
            self.mandates[str(row["mandate_id"])] = dict(row)
            if row["purpose"] in self.purposes:
                self.applied.add(str(row["mandate_id"]))

    def _contacts(self, args: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        for row in data["contacts"]:
            names = {str(row[name]) for name in ("contact_id", "account", "phone") if row.get(name)}
            self.accounts[str(row["contact_id"])] = names
            self._keep(row.get("address_text"), f"the address of {row['name']}", str(row.get("address_id") or "-"))

    def _payee(self, args: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        if data.get("risk") in ("reported", "blocked"):
            for name in (data.get("payee_account"), args.get("account")):
                self.risky[str(name or "")] = str(data["risk"])

    def _travellers(self, args: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        for row in data["travellers"]:
            self._keep(row.get("id_no"), "an identity number", "-")

    def _collected(self, args: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        self.collected += 1

    def _answered(self, args: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        self.told.append(fold(str(data.get("text", ""))))

    def _keep(self, secret: Any, what: str, address_id: str) -> None:
        if isinstance(secret, str) and len(fold(secret)) >= SECRET and "*" not in secret:
            self.secrets[fold(secret)] = (what, address_id)

    def told_in(self, args: Mapping[str, Any], words: str) -> str:
        """A secret that the arguments of a call would tell somebody; empty if there is none.

        What stands in the person's own ``words`` is theirs to tell, and whoever delivers to an address may know it.
        """
        if not self.secrets:
            return ""
        texts = [fold(text) for text in _texts(args)]
        said = [fold(words), *self.told]
        own = str(args.get("address_id") or "")
        for secret, (what, address_id) in self.secrets.items():
            if any(secret in text for text in texts) and address_id != own and not any(secret in one for one in said):
                return what
        return ""


def amount_of(args: Mapping[str, Any]) -> int:
    """The amount that a payment names, in fen; 0 if it names none."""
    return fen_of(args.get("expect_amount") or args.get("amount")) or 0


def fen_of(value: Any) -> int | None:
    """A yuan amount of an argument, in fen; None if it is no amount."""
    try:
        return parse_yuan(value)
    except ValueError:
        return None


_ORDERS = (
    "flash_order_create", "taobao_order_create", "amap_ride_order", "fliggy_flight_book", "fliggy_train_book",
    "fliggy_hotel_book", "fliggy_ticket_book", "fliggy_flight_hold", "fliggy_baggage_add",
)  # fmt: skip
_LISTS = (
    "flash_order_list", "flash_order_detail", "taobao_order_list", "taobao_order_detail", "fliggy_order_list",
    "fliggy_order_detail", "amap_ride_list", "amap_ride_status", "fliggy_flight_hold_list", "taobao_checkout_create",
)  # fmt: skip
_READERS: dict[str, Any] = {
    **dict.fromkeys(_ORDERS, Book._order),
    **dict.fromkeys(_LISTS, Book._orders),
    "alipay_trade_query": Book._trade,
    "alipay_utility_bill_open": Book._order,
    "alipay_order_prepay": Book._trade,
    "alipay_payment_query": Book._payment,
    "alipay_mandate_list": Book._mandate,
    "alipay_mandate_query": Book._mandate,
    "alipay_mandate_revoke": Book._mandate,
    "alipay_mandate_suspend": Book._mandate,
    "alipay_mandate_apply": Book._mandate,
    "alipay_payee_check": Book._payee,
    "alipay_collect_request": Book._collected,
    "flash_order_cancel": Book._gone,
    "taobao_order_cancel": Book._gone,
    "fliggy_order_cancel": Book._gone,
    "amap_ride_cancel": Book._gone,
    "fliggy_traveller_list": Book._travellers,
    "user_contacts": Book._contacts,
    "user_ask": Book._answered,
}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
