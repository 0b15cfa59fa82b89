"""Household bills: what is due, what it usually costs, and the trade by which it is paid."""

from __future__ import annotations

from datetime import timedelta

from mock_services.alipay import fixture_args as fa
from mock_services.alipay import models as m
from mock_services.alipay.rows import BILLS, UtilityBill
from mock_services.clock import DAY
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.geo import places
from mock_services.payables import Line, Payable
from mock_services.people import PEOPLE

SUBJECTS = {
    "electricity": "电费 Electricity",
    "water": "水费 Water",
    "gas": "燃气费 Gas",
    "internet": "宽带费 Internet",
    "phone": "话费 Phone",
}

COMPANIES = {
    "CN": {
        "electricity": "国网{city}供电公司",
        "water": "{city}市自来水公司",
        "gas": "{city}燃气集团",
        "internet": "中国电信{city}分公司",
        "phone": "中国移动{city}分公司",
    },
    "ID": {
        "electricity": "PLN",
        "water": "PAM Jaya",
        "gas": "PGN",
        "internet": "IndiHome",
        "phone": "Telkomsel",
    },
    "SG": {
        "electricity": "SP Services",
        "water": "PUB",
        "gas": "City Energy",
        "internet": "Singtel",
        "phone": "Singtel Mobile",
    },
}
"""Who sends the bill where the scenario does not say."""

PAY_WITHIN = DAY


def company(ctx: Ctx, kind: str) -> tuple[str, str]:
    """The biller's id and name in the person's city."""
    person = ctx.get(PEOPLE, ctx.person_id)
    city = places().city(person.city if person else "hangzhou")
    return f"{kind}:{city.id}", COMPANIES[city.country][kind].format(city=city.name.zh)


def add(ctx: Ctx, args: fa.UtilityBillSetup) -> str:
    """Put a household bill into the world and return its id."""
    biller, name = company(ctx, args.kind)
    if args.company:
        biller, name = f"{args.kind}:{args.company}", args.company
    history: list[tuple[str, int]] = []
    month = args.due.replace(day=1)
    for past in args.history:
        month = (month - timedelta(days=1)).replace(day=1)
        history.append((past.month, past.amount) if isinstance(past, fa.BillHistory) else (f"{month:%Y-%m}", past))
    bill = UtilityBill(
        id=ctx.next_id("UB"),
        owner=ctx.person_id,
        kind=args.kind,
        biller=biller,
        company=name,
        account_no=args.account_no or f"{10**9 + ctx.draws.below(9 * 10**9, 'account_no', args.kind, ctx.person_id)}",
        period=args.period or f"{args.due:%Y-%m}",
        fen=args.amount,
        due=args.due.isoformat(),
        history=tuple(history),
    )
    ctx.put(BILLS, bill)
    return bill.id


def own(ctx: Ctx, bill_id: str) -> UtilityBill:
    """The person's bill.

    Raises:
        Rejected: ``BILL_NOT_EXIST``, unknown or somebody else's.
    """
    bill = ctx.get(BILLS, bill_id)
    if bill is None or bill.owner != ctx.person_id:
        raise Rejected("BILL_NOT_EXIST", f"there is no bill {bill_id[:40]} of yours", hint="see alipay_utility_bills")
    return bill


def bills_view(ctx: Ctx, args: m.UtilityBillsArgs) -> m.UtilityBillsView:
    """The person's bills, the one due first in front."""
    views = [
        bill_view(ctx, bill)
        for bill in sorted(ctx.find(BILLS, "owner", ctx.person_id), key=lambda bill: (bill.due, bill.id))
        if args.kind in (None, bill.kind)
    ]
    shown = [view for view in views if args.include_paid or view.state != "paid"]
    return m.UtilityBillsView(bills=shown, total=len(shown))


def bill_view(ctx: Ctx, bill: UtilityBill) -> m.UtilityBillView:
    """One bill."""
    states = {payable.state for payable in ctx.payables.of_order(bill.id)}
    spent = [fen for _, fen in bill.history]
    return m.UtilityBillView(
        bill_id=bill.id,
        kind=bill.kind,
        company=bill.company,
        account_no=bill.account_no,
        period=bill.period,
        amount=bill.fen,
        due=bill.due,
        state="paid" if "settled" in states else "paying" if "paid" in states else "unpaid",
        usual_amount=sum(spent) // len(spent) if spent else None,
        history=[m.PastBill(month=month, amount=fen) for month, fen in bill.history],
    )


def open_trade(ctx: Ctx, bill: UtilityBill) -> Payable:
    """The trade by which a bill is paid: the one that is open, else a new one.

    Raises:
        Rejected: ``BILL_PAID``.
    """
    for payable in ctx.payables.of_order(bill.id):
        if payable.state in ("paid", "settled"):
            raise Rejected("BILL_PAID", f"bill {bill.id} is paid already")
        if payable.state == "open" and payable.expires_at > ctx.now:
            return payable
    subject = f"{SUBJECTS[bill.kind]} {bill.period}"
    return ctx.payables.open(
        service="alipay",
        ref=bill.id,
        payee=bill.biller,
        payee_name=bill.company,
        subject=subject,
        category="bill",
        lines=(Line(subject, 1, bill.fen),),
        expires_at=ctx.now + PAY_WITHIN,
    )
