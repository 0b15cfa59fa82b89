"""A compiled LangGraph graph as an agent: a ``MessagesState``, a node that decides, a node that calls tools.

banshi run smoke --only smoke-zh-latte --agent examples.graph_courier:graph

The deciding node is scripted, so that the example needs no model; with one it would be
``model.bind_tools(config["configurable"]["tools"]).invoke(state["messages"])``.
"""

from typing import Any

from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import interrupt


def decide(state: MessagesState) -> dict[str, Any]:
    """The next call, from what was said and answered so far: look, order, ask, pay or cancel, report."""
    words = str(state["messages"][0].content)
    seen = {m.name: m.artifact["data"] for m in state["messages"] if isinstance(m, ToolMessage) and m.artifact["ok"]}
    if "user_addresses" not in seen:
        return say("user_addresses")
    book = seen["user_addresses"]["addresses"]
    to = next((a for a in book if a["label"] == "company" and "公司" in words), book[0])["address_id"]
    if "flash_dish_search" not in seen:
        return say("flash_dish_search", query="拿铁", address_id=to, open_now=True)
    dish = seen["flash_dish_search"]["dishes"][0]
    if "flash_order_create" not in seen:
        options = {"temperature": "hot"} if "热" in words else {}
        line = {"dish_id": dish["dish_id"], "quantity": 2 if "两杯" in words else 1, "options": options}
        return say("flash_order_create", shop_id=dish["shop_id"], address_id=to, lines=[line], request_no="order-1")
    order = seen["flash_order_create"]
    trade, amount = order["out_trade_no"], order["amount"]
    if "alipay_pay" in seen:
        facts = [{"name": "amount", "value": amount, "ref": order["order_id"]}]
        return say("user_report", status="done", facts=facts, text=f"已下单:{dish['name']},{amount} 元。")
    if "flash_order_cancel" in seen:
        return say("user_report", status="declined", reason_code="refused_by_person", text="没有下单。")
    # What a graph interrupts for is put to the person of the errand. A node that is resumed runs again from its first
    # line, so nothing above has an effect.
    charge = {"out_trade_no": trade, "payee": order["shop_name"], "subject": dish["name"], "amount": amount}
    answer = interrupt({"offer": {"charges": [charge], "total": amount}})
    if answer.get("decision") != "approved":
        return say("flash_order_cancel", order_id=order["order_id"])
    return say("alipay_pay", out_trade_no=trade, request_no="pay-1", expect_amount=amount)


def say(tool: str, **args: Any) -> dict[str, Any]:
    """A message that calls a tool, as a chat model would write it."""
    return {"messages": [AIMessage("", tool_calls=[{"name": tool, "args": args, "id": tool}])]}


def call(state: MessagesState, config: RunnableConfig) -> dict[str, Any]:
    """Call what the last message asks for, with the tools of this errand."""
    messages: dict[str, Any] = ToolNode(config["configurable"]["tools"]).invoke(state, config)
    return messages


def over(state: MessagesState) -> str:
    """Whether the report is delivered, or something failed that is not known here."""
    last = state["messages"][-1]
    return END if last.name == "user_report" or not getattr(last, "artifact", {}).get("ok") else "decide"


builder = StateGraph(MessagesState).add_node("decide", decide).add_node("call", call)
builder.add_edge(START, "decide").add_edge("decide", "call").add_conditional_edges("call", over, ["decide", END])
graph = builder.compile()
