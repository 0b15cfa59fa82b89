"""consent: before a model's call spends or takes something back, the person sees exactly what it is.

The offer is made from what the services say, and not from what the model says. Payments that wait together are shown
together.
"""

from __future__ import annotations

from typing import Any

from agent.desk import ToolFailure
from agent.llm.chat import Made
from agent.llm.mind import kept, mind_of
from agent.llm.outcomes import laddered, tell
from agent.llm.prompts import prompt
from agent.llm.toolbox import table
from agent.nodes.common import failure_of, task_of
from agent.pay import PAYING
from agent.phrases import phrase
from agent.state import Context, State
from mock_services.money import format_yuan, parse_yuan


def consent(state: State, context: Context) -> State:
    """Show the calls that wait for it. Nothing here has a side effect before the question."""
    mind = mind_of(state)
    first = mind.queue[0]
    together = [call for call in mind.queue if call.name == first.name] if first.name in PAYING else [first]
    locale = context.desk.episode.locale
    try:
        offers = [(call, _offered(call, context)) for call in together]
        total = sum(parse_yuan(offer["charge"]["amount"]) for _, offer in offers if "charge" in offer)
        may_pay = task_of(state, context).pay_up_to_fen
        if total and mind.by_words_fen + total <= may_pay:
            mind.by_words_fen += total
        else:
            refusal = _refused(offers, total, context)
            if refusal is not None:
                for call, _ in offers:
                    mind.result(call, prompt(locale, "refused", text=refusal))
                return {"mind": kept(mind), "failure": None, "goto": "act"}
        for call, offer in offers:
            mind.agreed[call.id] = offer["fixed"]
    except ToolFailure as error:
        if laddered(error.code):
            return {"mind": kept(mind), "failure": failure_of(first.id, "consent", error), "goto": "recover"}
        tell(mind, first, error.code, error.message, "read", locale, error.hint)
    return {"mind": kept(mind), "failure": None, "goto": "act"}


def _offered(call: Made, context: Context) -> dict[str, Any]:
    """What a call would do, as the services say it: a ``charge`` or an ``action``, and the arguments that it fixes.

    Raises:
        ToolFailure: it could not be read, or is not to be had.
    """
    desk, args = context.desk, call.args
    if call.name == "alipay_pay":
        trade = desk.call("alipay_trade_query", {"out_trade_no": args["out_trade_no"]}, need=("amount", "payee"))
        charge = {
            "out_trade_no": args["out_trade_no"],
            "payee": trade["payee"],
            "subject": trade["subject"] or trade["payee_name"] or trade["payee"],
            "amount": trade["amount"],
            "method_id": args.get("method_id", ""),
        }
        return {"charge": charge, "fixed": {"expect_amount": trade["amount"]}}
    if call.name in PAYING:
        seen = desk.call("alipay_payee_check", {"payee_account": args["payee_account"]}, need=("masked_name",))
        charge = {
            "payee": args["payee_account"],
            "subject": f"{seen['masked_name']} {args.get('memo', '')}".strip() or args["payee_account"],
            "amount": format_yuan(parse_yuan(args["amount"])),
            "method_id": args.get("method_id", ""),
        }
        return {"charge": charge, "fixed": {}}
    shown = table()["shown_before"][call.name]
    target = str(args.get(shown["target"], ""))
    fee = "0.00"
    if "quote" in shown:
        fee = str(desk.call(shown["quote"], {shown["target"]: target}).get(shown["fee"]) or "0.00")
    fixed = {"expect_fee": fee} if call.name == "fliggy_order_cancel" else {}
    return {"action": {"kind": shown["kind"], "target": target, "fee": fee, "text": call.name}, "fixed": fixed}


def _refused(offers: list[tuple[Made, dict[str, Any]]], total: int, context: Context) -> str | None:
    """Show it all in one offer; what the person says against it, or None.

    Raises:
        ToolFailure: the question could not be put.
    """
    charges = [offer["charge"] for _, offer in offers if "charge" in offer]
    actions = [offer["action"] for _, offer in offers if "action" in offer]
    what = "; ".join([charge["subject"] for charge in charges] + [f"{a['text']} {a['target']}" for a in actions])
    text = phrase(context.desk.episode.locale, "offer", what=what, total=format_yuan(total))
    offer = {"charges": charges, "actions": actions, "total": format_yuan(total)}
    reply = context.desk.call("user_confirm", {"offer": offer, "text": text[:1000]}, need=("decision",))
    return None if reply["decision"] == "approved" else str(reply.get("text", ""))
