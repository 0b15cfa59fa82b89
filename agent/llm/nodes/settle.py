"""settle: orders that a model has made and that nobody has paid for are released. No model is asked."""

from __future__ import annotations

from agent.desk import ToolFailure
from agent.llm.deeds import Order, orders_of, payments_of
from agent.llm.mind import kept, mind_of
from agent.nodes.common import MOST_TRIES
from agent.state import Context, State


def settle(state: State, context: Context) -> State:
    """Release what is left behind, newest first; what cannot be released now lapses by itself."""
    mind = mind_of(state)
    deeds = state.get("deeds", [])
    paid = {payment.trade for payment in payments_of(deeds)}
    for order in reversed(orders_of(deeds)):
        if order.trade in paid or order.gone or order.order_id in mind.released:
            continue
        if _release(order, context):
            mind.released = [*mind.released, order.order_id]
    return {"mind": kept(mind), "goto": "report"}


def _release(order: Order, context: Context) -> bool:
    """Whether an order was released; one that is paid for, or perhaps so, is not touched."""
    desk = context.desk
    tries = MOST_TRIES if context.policy.ladders else 1
    for attempt in range(tries):
        try:
            shown = desk.call("alipay_trade_query", {"out_trade_no": order.trade}, need=("payments", "trade_status"))
            if shown["payments"] or shown["trade_status"] != "WAIT_BUYER_PAY":
                return False
            args = {order.id_argument: order.order_id}
            key = desk.key_of(order.release)
            if key:
                args[key] = f"{desk.episode.episode_id}-{order.order_id}-release"[:64]
            desk.call(order.release, args)
        except ToolFailure as error:
            desk.note("fallback", {"goal": order.order_id, "rung": "compensate", "failed_with": error.code})
            if attempt + 1 < tries:
                desk.call("clock_wait", {"seconds": error.retry_after or 30, "wake_on_notice": False})
        else:
            desk.note("fallback", {"goal": order.order_id, "stage": "settle", "rung": "compensate"})
            return True
    return False
