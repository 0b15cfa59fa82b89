"""Money between people: who is behind an account, transfers, and asking others for money."""

from __future__ import annotations

import re

from mock_services.alipay import methods, trades
from mock_services.alipay import models as m
from mock_services.alipay.rows import COLLECTS, METHODS, PAYEES, CollectItem, Payee
from mock_services.clock import DAY, MINUTE
from mock_services.context import Ctx
from mock_services.errors import Rejected, Unavailable
from mock_services.ledger import BANK
from mock_services.money import format_yuan
from mock_services.payables import PAYABLES, Line
from mock_services.people import CONTACTS, Contact

COLLECT_MINUTES = (3, 240)
"""When a contact answers a request for money."""

COLLECT_PAID = 0.85
"""How likely a contact pays what they are asked for."""

RISKS = {
    "none": "",
    "new": "this account was registered a few days ago",
    "reported": "other people have reported this account for fraud",
    "blocked": "this account is blocked after reports of fraud",
}

_CJK = re.compile(r"[\u3400-\u9fff]")


def masked(name: str) -> str:
    """A real name as a payer may see it: 李伟 is ``*伟``, Rina Kartika is ``R*** K******``."""
    if _CJK.search(name):
        return "*" * (len(name) - 1) + name[-1:]
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())


def payee_named(ctx: Ctx, account: str) -> tuple[Payee, Contact | None]:
    """Who is behind an account name or phone number, and the person's contact that they are, if any.

    Raises:
        Rejected: ``PAYEE_NOT_EXIST``.
    """
    wanted = account.strip()
    number = _digits(wanted)
    found = ctx.get(PAYEES, wanted) or next(iter(ctx.find(PAYEES, "phone", number) if number else []), None)
    names = {wanted} | ({found.account} if found else set())
    numbers = {known for known in (number, found.phone if found else "") if known}
    for contact in ctx.find(CONTACTS, "owner", ctx.person_id):
        if contact.account in names or (contact.phone and _digits(contact.phone) in numbers):
            return found or _payee_of(contact), contact
    if found is None:
        raise Rejected("PAYEE_NOT_EXIST", "nobody has this account or phone number", hint="ask the person again")
    return found, None


def payee_of_contact(ctx: Ctx, contact_id: str) -> tuple[Payee, Contact]:
    """The account of one of the person's contacts.

    Raises:
        Rejected: ``CONTACT_NOT_EXIST``, or ``PAYEE_NOT_EXIST`` for a contact that has no account.
    """
    contact = _own_contact(ctx, contact_id)
    if not contact.account and not contact.phone:
        raise Rejected("PAYEE_NOT_EXIST", f"{contact.name} has no account", hint="ask the person for it")
    known = ctx.get(PAYEES, contact.account)
    if known is None and contact.phone:
        known = next(iter(ctx.find(PAYEES, "phone", _digits(contact.phone))), None)
    return known or _payee_of(contact), contact


def _own_contact(ctx: Ctx, contact_id: str) -> Contact:
    contact = ctx.get(CONTACTS, contact_id)
    if contact is None or contact.owner != ctx.person_id:
        raise Rejected("CONTACT_NOT_EXIST", f"there is no contact {contact_id[:40]}", hint="see user_contacts")
    return contact


def _payee_of(contact: Contact) -> Payee:
    return Payee(contact.account or _digits(contact.phone), _digits(contact.phone), contact.name, "none", "")


def _digits(text: str) -> str:
    plain = re.sub(r"[\s\-()]", "", text).removeprefix("+86")
    return plain if re.fullmatch(r"\+?[\d*]{5,20}", plain) else ""


def payee_view(ctx: Ctx, payee: Payee, contact: Contact | None) -> m.PayeeView:
    """What a payer may know of a payee."""
    before = [
        payable
        for payable in ctx.find(PAYABLES, "payer", ctx.person_id)
        if payable.category == "transfer" and payable.payee == payee.account and payable.state in ("paid", "settled")
    ]
    return m.PayeeView(
        payee_account=payee.account,
        masked_name=masked(payee.name),
        in_contacts=contact is not None,
        contact_id=contact.id if contact else "",
        transfers_before=len(before),
        risk=payee.risk,
        risk_text=payee.risk_text or RISKS[payee.risk],
    )


def transfer(ctx: Ctx, args: m.TransferArgs) -> m.TransferResult:
    """Send money to a person, at once.

    Raises:
        Rejected: no such payee or contact, ``PAYEE_IS_SELF``, ``PAYEE_BLOCKED``, or both or neither were named.
        Unavailable: as :func:`methods.sources`.
    """
    if bool(args.contact_id) == bool(args.payee_account):
        raise Rejected("INVALID_ARGUMENT", "give either contact_id or payee_account")
    payee: Payee
    if args.contact_id:
        payee, _ = payee_of_contact(ctx, args.contact_id)
    else:
        payee, _ = payee_named(ctx, args.payee_account)
    if payee.account == ctx.person_id:
        raise Rejected("PAYEE_IS_SELF", "this is the person's own account")
    if payee.risk == "blocked":
        raise Rejected("PAYEE_BLOCKED", payee.risk_text or RISKS["blocked"], hint="tell the person; do not try again")
    source = methods.method(ctx, args.method_id or "wallet")
    if source.kind == "credit":
        raise Unavailable("METHOD_NOT_AVAILABLE", "the credit line cannot be used for transfers")
    taken = methods.sources(ctx, args.amount, source.method_id)
    transfer_id = ctx.next_id("TR")
    payable = ctx.payables.open(
        service="alipay",
        ref=transfer_id,
        payee=payee.account,
        payee_name=payee.name,
        subject=args.memo or "Transfer",
        category="transfer",
        lines=(Line(args.memo or "Transfer", 1, args.amount),),
        # Longer than any bank takes to answer a pending payment.
        expires_at=ctx.now + DAY,
    )
    made = trades.pay(ctx, payable, args.request_no, taken)
    ctx.payables.settled(payable.out_trade_no)
    return m.TransferResult(
        transfer_id=transfer_id,
        payment_id=made.payment_id,
        out_trade_no=payable.out_trade_no,
        payee_account=payee.account,
        masked_name=masked(payee.name),
        amount=args.amount,
        method_id=source.method_id,
        status=made.status,
        at=made.at,
    )


# --- asking others for money ----------------------------------------------------------------------------------


def collect(ctx: Ctx, args: m.CollectArgs) -> m.CollectView:
    """Ask contacts for money; each answers in their own time.

    Raises:
        Rejected: ``CONTACT_NOT_EXIST``, or a contact is named twice.
        Unavailable: ``METHOD_NOT_AVAILABLE``, the person has no wallet to receive into.
    """
    if len(set(args.contact_ids)) != len(args.contact_ids):
        raise Rejected("INVALID_ARGUMENT", "a contact is named twice")
    methods.method(ctx, "wallet")
    contacts = [_own_contact(ctx, contact_id) for contact_id in args.contact_ids]
    collect_id = ctx.next_id("CR")
    for i, contact in enumerate(contacts, 1):
        item = CollectItem(
            f"{collect_id}-{i:02d}",
            collect_id,
            ctx.person_id,
            contact.id,
            contact.name,
            args.amount_each,
            args.memo,
            "asked",
            ctx.now,
        )
        ctx.put(COLLECTS, item)
        delay = ctx.draws.between(*COLLECT_MINUTES, "collect", contact.id, item.id) * MINUTE
        ctx.schedule(ctx.now + delay, "alipay", "collect_answered", {"item_id": item.id})
    return collect_view(ctx, collect_id)


def collect_answered(ctx: Ctx, item_id: str) -> None:
    """A contact pays what they were asked for, or declines."""
    item = ctx.get(COLLECTS, item_id)
    if item is None or item.state != "asked":
        return
    if ctx.draws.chance(COLLECT_PAID, "collect_paid", item.contact_id, item.id):
        wallet = ctx.get(METHODS, f"wallet:{item.owner}")
        assert wallet is not None
        ctx.ledger.post("collected", item.id, [(BANK, -item.fen), (wallet.account, item.fen)])
        ctx.move(COLLECTS, item, "contact_answers", "paid")
        ctx.notify("alipay", "collect_paid", item.collect_id, f"{item.name} paid {format_yuan(item.fen)}")
    else:
        ctx.move(COLLECTS, item, "contact_answers", "declined")
        ctx.notify("alipay", "collect_declined", item.collect_id, f"{item.name} did not pay {format_yuan(item.fen)}")


def collect_view(ctx: Ctx, collect_id: str) -> m.CollectView:
    """A request for money and who has paid.

    Raises:
        Rejected: ``COLLECT_NOT_EXIST``, unknown or somebody else's.
    """
    items = ctx.find(COLLECTS, "collect_id", collect_id)
    if not items or items[0].owner != ctx.person_id:
        raise Rejected("COLLECT_NOT_EXIST", f"there is no request {collect_id[:40]} of yours")
    return m.CollectView(
        collect_id=collect_id,
        memo=items[0].memo,
        items=[
            m.CollectItem(
                contact_id=item.contact_id,
                name=item.name,
                amount=item.fen,
                state=item.state,
            )
            for item in items
        ],
        collected=sum(item.fen for item in items if item.state == "paid"),
    )
