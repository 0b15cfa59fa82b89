"""The Alipay service: its tools, events, fixtures and disruptions. What they do is in the modules beside it."""

from __future__ import annotations

from typing import Any

from mock_services.alipay import (
    audit,
    bills,
    checkout,
    coverage,
    mandates,
    methods,
    setup,
    statement,
    trades,
    transfers,
)
from mock_services.alipay import fixture_args as fa
from mock_services.alipay import mandate_models as mm
from mock_services.alipay import models as m
from mock_services.alipay.rows import DECLINES, MANDATES, SLOW, TABLES, Decline, SlowPayment
from mock_services.clock import SECOND
from mock_services.context import Ctx
from mock_services.errors import ServiceError
from mock_services.invariants import Violation
from mock_services.payables import RETRY_MINUTES
from mock_services.people import PEOPLE
from mock_services.service import Service, disruption, fixture, on, read, write

PAYER = ("BALANCE_NOT_ENOUGH", "PAYMENT_LIMIT", "RISK_CONTROL", "METHOD_NOT_AVAILABLE")
TRADE = ("TRADE_NOT_EXIST", "TRADE_HAS_SUCCESS", "TRADE_HAS_CLOSE")
AGREED = (
    "AMOUNT_CHANGED",
    "PREPAY_NOT_EXIST",
    "PREPAY_USED",
    "PREPAY_MISMATCH",
    "PREPAY_EXPIRED",
    "PREPAY_VOID",
)

_NOTIFIED_AGAIN = 100 * SECOND
_PAYING_TOOLS = ("alipay_pay", "alipay_mandate_pay", "alipay_transfer")
_TELLING_TOOLS = (
    "alipay_mandate_apply",
    "alipay_mandate_suspend",
    "alipay_mandate_resume",
    "alipay_mandate_revoke",
    "alipay_refund_request",
)
"""Tools, besides paying, after which a notice comes."""


class Alipay(Service):
    """Payments in the person's name. What the payee does (refund, close) only the payee can do."""

    name = "alipay"
    tables = TABLES

    def violations(self, ctx: Ctx) -> list[Violation]:
        """Payments outside the terms of their mandates."""
        return audit.violations(ctx)

    # --- reading ---------------------------------------------------------------------------------------------

    @read()
    def methods(self, ctx: Ctx, args: m.NoArgs) -> m.MethodsView:
        """Ways to pay: wallet balance, bank cards, credit line, each with what is available and its limit."""
        return methods.methods_view(ctx)

    @read(errors=("METHOD_NOT_AVAILABLE",))
    def credit(self, ctx: Ctx, args: m.CreditArgs) -> m.CreditView:
        """The credit line (Huabei): limit, used, repayment day, and instalment plans for an amount."""
        return methods.credit_view(ctx, args.amount)

    @read(obj="out_trade_no", errors=("TRADE_NOT_EXIST",))
    def trade_query(self, ctx: Ctx, args: m.TradeRef) -> m.TradeView:
        """A trade: amount, state, and every payment made against it with its own state and what was refunded."""
        return trades.trade_view(ctx, ctx.payables.get(args.out_trade_no))

    @read(obj="request_no", errors=("PAYMENT_NOT_EXIST",))
    def payment_query(self, ctx: Ctx, args: m.PaymentQueryArgs) -> m.PaymentView:
        """Find a payment or transfer by your own request_no: what to do when a payment was not answered."""
        return trades.payment_view(ctx, trades.by_request(ctx, args.request_no))

    @read(obj="payment_id", errors=("PAYMENT_NOT_EXIST", "PAYMENT_NOT_SUCCESS"))
    def receipt(self, ctx: Ctx, args: m.ReceiptArgs) -> m.ReceiptView:
        """The receipt of a successful payment: lines, from which methods it came, and its refunds."""
        person = ctx.get(PEOPLE, ctx.person_id)
        return trades.receipt_view(ctx, trades.own_payment(ctx, args.payment_id), person.name if person else "")

    @read()
    def bill_list(self, ctx: Ctx, args: m.BillListArgs) -> m.BillListView:
        """The statement of all the person's methods: money out and in, newest first."""
        return statement.bill_list(ctx, args)

    @read(obj="account", errors=("PAYEE_NOT_EXIST",))
    def payee_check(self, ctx: Ctx, args: m.PayeeCheckArgs) -> m.PayeeView:
        """Who is behind an account name or phone number: masked real name, whether in contacts, risk."""
        return transfers.payee_view(ctx, *transfers.payee_named(ctx, args.account))

    @read(obj="collect_id", errors=("COLLECT_NOT_EXIST",))
    def collect_query(self, ctx: Ctx, args: m.CollectRef) -> m.CollectView:
        """A request for money to contacts and who has paid."""
        return transfers.collect_view(ctx, args.collect_id)

    @read(obj="kind")
    def utility_bills(self, ctx: Ctx, args: m.UtilityBillsArgs) -> m.UtilityBillsView:
        """Household bills (electricity, water, gas, internet, phone) with due day and what they usually cost."""
        return bills.bills_view(ctx, args)

    @read(obj="mandate_id", errors=("MANDATE_NOT_EXIST",))
    def mandate_query(self, ctx: Ctx, args: mm.MandateRef) -> mm.MandateView:
        """A mandate: its state, terms, and what was used of it."""
        return mandates.view(ctx, mandates.own(ctx, args.mandate_id))

    @read()
    def mandate_list(self, ctx: Ctx, args: mm.MandateListArgs) -> mm.MandateListView:
        """The person's mandates, newest first."""
        shown = mandates.newest_first(ctx, args.state)
        return mm.MandateListView(mandates=shown, total=len(shown))

    # --- paying ----------------------------------------------------------------------------------------------

    @write(obj="out_trade_no", errors=("MANDATE_NOT_EXIST", *TRADE, *PAYER))
    def order_prepay(self, ctx: Ctx, args: mm.OrderPrepayArgs) -> mm.PrepayView:
        """Prepare a payment: exactly what would be charged and from where, and whether a mandate covers it.

        Moves no money. The prepay_id can be given to alipay_pay or alipay_mandate_pay, which then pay that or nothing.
        """
        return checkout.prepare(ctx, args)

    @write(key="request_no", obj="out_trade_no", errors=(*TRADE, *AGREED, *PAYER))
    def pay(self, ctx: Ctx, args: m.PayArgs) -> m.PayResult:
        """Pay a trade in full. After a failure without an answer repeat it with the same request_no, or query it."""
        return checkout.pay(ctx, args)

    @write(key="request_no", errors=("CONTACT_NOT_EXIST", "PAYEE_NOT_EXIST", "PAYEE_IS_SELF", "PAYEE_BLOCKED", *PAYER))
    def transfer(self, ctx: Ctx, args: m.TransferArgs) -> m.TransferResult:
        """Send money to a person, at once and for good. Check the payee first; credit cannot be used."""
        return transfers.transfer(ctx, args)

    @write(errors=("CONTACT_NOT_EXIST", "METHOD_NOT_AVAILABLE"))
    def collect_request(self, ctx: Ctx, args: m.CollectArgs) -> m.CollectView:
        """Ask contacts for money, each for the same amount. Takes no request number: look before you retry."""
        return transfers.collect(ctx, args)

    @write(obj="bill_id", errors=("BILL_NOT_EXIST", "BILL_PAID"))
    def utility_bill_open(self, ctx: Ctx, args: m.UtilityBillRef) -> m.BillTrade:
        """Open the trade by which a household bill is paid with alipay_pay; the open one, if there is one."""
        payable = bills.open_trade(ctx, bills.own(ctx, args.bill_id))
        return m.BillTrade(
            bill_id=args.bill_id,
            out_trade_no=payable.out_trade_no,
            amount=payable.fen,
            pay_before=ctx.iso(payable.expires_at),
        )

    @write(
        obj="payment_id",
        errors=("PAYMENT_NOT_EXIST", "PAYMENT_NOT_SUCCESS", "ALREADY_REFUNDED", "REFUND_REQUESTED"),
    )
    def refund_request(self, ctx: Ctx, args: m.RefundRequestArgs) -> m.RefundRequestView:
        """Ask the payee to give a payment back; duplicates are, the answer comes as a notice minutes later.

        Takes no request number: a second request is refused while the first is open.
        """
        return trades.request_refund(ctx, args)

    # --- mandates --------------------------------------------------------------------------------------------

    @write(key="request_no", errors=("INVALID_TERMS", "METHOD_NOT_AVAILABLE"))
    def mandate_apply(self, ctx: Ctx, args: mm.MandateApplyArgs) -> mm.MandateView:
        """Apply for a mandate. The person alone decides, on their phone; a notice tells what."""
        return mandates.view(ctx, mandates.apply(ctx, args))

    @write(obj="mandate_id", errors=("MANDATE_NOT_EXIST", "MANDATE_NOT_ACTIVE"))
    def mandate_revoke(self, ctx: Ctx, args: mm.MandateRef) -> mm.MandateView:
        """End a mandate or withdraw an application. Doing it twice does no harm; it takes no request number."""
        return mandates.view(ctx, mandates.revoke(ctx, mandates.own(ctx, args.mandate_id)))

    @write(obj="mandate_id", errors=("MANDATE_NOT_EXIST", "MANDATE_NOT_ACTIVE"))
    def mandate_suspend(self, ctx: Ctx, args: mm.MandateRef) -> mm.MandateView:
        """Let a mandate rest: nothing can be paid within it until the person resumes it. Twice does no harm."""
        return mandates.view(ctx, mandates.suspend(ctx, mandates.own(ctx, args.mandate_id)))

    @write(obj="mandate_id", errors=("MANDATE_NOT_EXIST", "MANDATE_NOT_ACTIVE"))
    def mandate_resume(self, ctx: Ctx, args: mm.MandateRef) -> mm.MandateView:
        """Ask the person to let a suspended mandate hold again. They alone decide, on their phone; a notice tells.

        Takes no request number: while they have not answered they are not asked twice.
        """
        return mandates.view(ctx, mandates.resume(ctx, mandates.own(ctx, args.mandate_id)))

    @write(
        key="request_no",
        obj="out_trade_no",
        errors=("MANDATE_NOT_EXIST", *(code for code, _, _ in coverage.RULES), *TRADE, *AGREED, *PAYER),
    )
    def mandate_pay(self, ctx: Ctx, args: mm.MandatePayArgs) -> m.PayResult:
        """Pay a trade within a mandate, from one of its methods; refused if any of its terms does not hold."""
        return checkout.pay_within(ctx, args)

    # --- what happens on its own -----------------------------------------------------------------------------

    @on("payment_settled")
    def on_settled(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """Bills and transfers are read off their trades: nothing is left to do."""

    @on("payment_answered")
    def on_answered(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The bank has answered a pending payment."""
        trades.payment_answered(ctx, data["payment_id"])

    @on("refund_request_answered")
    def on_refund_request(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The payee answers a request for a refund."""
        trades.answer_refund_request(ctx, data["refund_request_id"])

    @on("collect_answered")
    def on_collect(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """A contact answers a request for money."""
        transfers.collect_answered(ctx, data["item_id"])

    @on("mandate_asked")
    def on_mandate_asked(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The person sees the terms of a mandate."""
        mandates.asked(ctx, data["mandate_id"], data["asks"])

    @on("mandate_decided")
    def on_mandate_decided(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The person has decided on a mandate."""
        mandates.decided(ctx, data["mandate_id"], data["asks"], data["approved"], data["answer"])

    @on("notify_again")
    def on_notify_again(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The payee and the person hear of a payment once more; of one that was never made they hear nothing."""
        payable = ctx.payables.get(data["out_trade_no"])
        if payable.state in ("paid", "settled", "refunded"):
            ctx.schedule(ctx.now, payable.service, "payment_settled", data)
            ctx.repeat_notice(payable.out_trade_no)

    # --- set-up ----------------------------------------------------------------------------------------------

    @fixture()
    def wallet(self, ctx: Ctx, args: fa.WalletSetup) -> str:
        """Open the person's wallet with a balance."""
        return setup.open_method(ctx, "wallet", "Alipay balance", fen=args.amount)

    @fixture()
    def card(self, ctx: Ctx, args: fa.CardSetup) -> str:
        """Give the person a bank card; its method id is ``card:<last4>``."""
        title = f"{args.bank} ({args.last4})"
        return setup.open_method(
            ctx,
            f"card:{args.last4}",
            title,
            fen=args.amount,
            bank=args.bank,
            last4=args.last4,
            single_fen=args.single_limit,
        )

    @fixture(name="credit")
    def credit_line(self, ctx: Ctx, args: fa.CreditSetup) -> str:
        """Give the person a credit line, part of which may be used."""
        return setup.open_method(
            ctx, "credit", "Huabei 花呗", fen=-args.used, floor=-args.limit, single_fen=args.single_limit
        )

    @fixture()
    def default_method(self, ctx: Ctx, args: fa.DefaultMethodSetup) -> str:
        """Choose the person's default method."""
        methods.set_default(ctx, args.method_id)
        return args.method_id

    @fixture()
    def utility_bill(self, ctx: Ctx, args: fa.UtilityBillSetup) -> str:
        """A household bill with what it cost in earlier months; returns its bill_id."""
        return bills.add(ctx, args)

    @fixture()
    def mandate(self, ctx: Ctx, args: fa.MandateSetup) -> str:
        """A mandate in any state; returns its mandate_id."""
        return setup.add_mandate(ctx, args)

    @fixture()
    def revoke_mandate(self, ctx: Ctx, args: mm.MandateRef) -> str:
        """The person revokes a mandate by themselves."""
        return mandates.revoke(ctx, mandates.own(ctx, args.mandate_id), by_person=True).id

    @fixture()
    def suspend_mandate(self, ctx: Ctx, args: mm.MandateRef) -> str:
        """The person suspends a mandate by themselves."""
        return mandates.suspend(ctx, mandates.own(ctx, args.mandate_id), by_person=True).id

    @fixture()
    def payee(self, ctx: Ctx, args: fa.PayeeSetup) -> str:
        """Somebody who can be sent money; returns their account."""
        return setup.add_payee(ctx, args)

    @fixture()
    def past_payment(self, ctx: Ctx, args: fa.PastPaymentSetup) -> str:
        """A payment of the past, or a duplicate pair of one trade; balances stay as they are."""
        return setup.add_past_payment(ctx, args)

    @fixture()
    def decline(self, ctx: Ctx, args: fa.DeclineSetup) -> str:
        """Let payments with a method be refused."""
        return setup.decline(ctx, args)

    @fixture()
    def slow_bank(self, ctx: Ctx, args: fa.SlowBankSetup) -> None:
        """Let the person's next payment be pending for a while."""
        ctx.put(SLOW, SlowPayment(ctx.person_id, args.seconds, args.success))

    @fixture()
    def spend(self, ctx: Ctx, args: fa.SpendSetup) -> str:
        """Take money from a method, as when a shared card is used elsewhere."""
        return setup.spend(ctx, args)

    # --- faults ----------------------------------------------------------------------------------------------

    @disruption("payment_declined")
    def payment_declined(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The method of this call is refused from now on; ``params``: code, and seconds if not for good."""
        if tool not in _PAYING_TOOLS:
            return False
        try:
            if tool == "alipay_mandate_pay":
                mandate = mandates.own(ctx, args["mandate_id"])
                account = methods.method(ctx, args["method_id"] or mandate.method_ids[0]).account
            else:
                default = "wallet" if tool == "alipay_transfer" else ""
                account = methods.method(ctx, args["method_id"] or default).account
        except ServiceError:
            return False
        seconds = int(params.get("seconds", 0))
        code = str(params.get("code", "RISK_CONTROL"))
        ctx.put(DECLINES, Decline(account, code, ctx.now + seconds * SECOND if seconds else 0))
        return True

    @disruption("payment_pending")
    def payment_pending(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The bank answers this payment late; ``params``: seconds (180), outcome (success or failed)."""
        if tool not in _PAYING_TOOLS:
            return False
        success = params.get("outcome", "success") != "failed"
        ctx.put(SLOW, SlowPayment(ctx.person_id, int(params.get("seconds", 180)), success))
        return True

    @disruption("mandate_revoked")
    def mandate_revoked(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The person revokes the mandate that the call names, or their newest one that holds."""
        named = args.get("mandate_id")
        for shown in mandates.newest_first(ctx, "NORMAL"):
            if named in (None, shown.mandate_id):
                found = ctx.get(MANDATES, shown.mandate_id)
                assert found is not None
                mandates.revoke(ctx, found, by_person=True)
                return True
        return False

    @disruption("duplicate_notification")
    def duplicate_notification(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The payee, and the person's phone, hear of the trade's payment a second time, some time after the first."""
        try:
            payable = ctx.payables.get(str(args.get("out_trade_no")))
        except ServiceError:
            return False
        delay = int(params.get("seconds", 0)) * SECOND or _NOTIFIED_AGAIN
        ctx.schedule(ctx.now + delay, "alipay", "notify_again", {"out_trade_no": payable.out_trade_no})
        return True

    @disruption("out_of_order_notification")
    def out_of_order_notification(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """Payee and person hear late of what this call does, after later things; ``params``: missed (1) deliveries.

        What was missed is delivered again at the intervals of :data:`mock_services.payables.RETRY_MINUTES`.
        """
        if tool not in (*_PAYING_TOOLS, *_TELLING_TOOLS):
            return False
        missed = min(max(int(params.get("missed", 1)), 1), len(RETRY_MINUTES))
        if "out_trade_no" in args:
            try:
                payable = ctx.payables.get(args["out_trade_no"])
            except ServiceError:
                return False
            if payable.state == "open":
                ctx.payables.miss(payable, missed)
        ctx.hold_up_notice(self.name, sum(RETRY_MINUTES[:missed]) * 60)
        return True
