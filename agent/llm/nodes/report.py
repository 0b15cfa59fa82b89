"""report: the model proposes what to tell, and what it says is held against what was really done. No model is asked."""

from __future__ import annotations

from typing import Any

from agent.desk import ToolFailure
from agent.llm.deeds import changed_anything, payments_of
from agent.llm.mind import Mind, mind_of
from agent.nodes.common import failure_of
from agent.phrases import phrase
from agent.state import Context, State

OTHER = "other"


def report(state: State, context: Context) -> State:
    """Tell the person what became of the errand."""
    args, corrected = compose(mind_of(state), state, context.desk.episode.locale)
    if corrected:
        context.desk.note("report_corrected", {"why": corrected})
    try:
        context.desk.call("user_report", args)
    except ToolFailure as error:
        return {"failure": failure_of("", "report", error), "goto": "recover"}
    return {"goto": "end", "failure": None, "reported": True}


def compose(mind: Mind, state: State, locale: str) -> tuple[dict[str, Any], list[str]]:
    """The arguments of ``user_report``, and what of the model's proposal they do not keep."""
    final, corrected = dict(mind.final or {}), []
    deeds = state.get("deeds", [])
    status = _status(final.get("status", "failed"), mind, deeds)
    if status != final.get("status", status):
        corrected.append(f"status {final['status']} is {status}")
    reason = str(final.get("reason_code") or "")
    if status == "done":
        reason = ""
    elif reason in ("", "none"):
        reason = OTHER
    facts = [fact for fact in final.get("facts", []) if _seen(str(fact["value"]), mind)]
    if len(facts) < len(final.get("facts", [])):
        corrected.append("facts that no tool has shown")
    known = {(fact["name"], fact["value"]) for fact in facts}
    for paid in payments_of(deeds):
        for name, value in (("order_id", paid.order_id), ("amount", paid.amount)):
            if value and (name, value) not in known:
                facts.append({"name": name, "value": value, **({"ref": paid.order_id} if paid.order_id else {})})
    text = str(final.get("text", "")) if not corrected else ""
    if not text:
        text = _own_words(status, reason, deeds, locale)
    report = {
        "status": status,
        "reason_code": reason,
        "binding_constraint": str(final.get("binding_constraint", ""))[:200],
        "facts": facts[:40],
        "text": text[:4000],
    }
    return report, corrected


def _status(proposed: str, mind: Mind, deeds: list[dict[str, Any]]) -> str:
    """The status that the deeds bear out: nothing is done that left no trace, nothing left alone that was paid."""
    paid = bool(payments_of(deeds))
    if proposed in ("done", "partly"):
        if not changed_anything(deeds) and mind.sets != ["question"]:
            return "failed"
        if proposed == "done" and mind.released:
            return "partly" if paid else "failed"
    elif paid:
        return "partly"
    return proposed


def _seen(value: str, mind: Mind) -> bool:
    """Whether a tool or the person has said this. Words that are no id, amount or moment need no proof."""
    if not any(char.isdigit() for char in value):
        return True
    return any(value in turn.text for turn in mind.transcript if turn.role in ("tool", "user"))


def _own_words(status: str, reason: str, deeds: list[dict[str, Any]], locale: str) -> str:
    lines = [
        phrase(
            locale,
            "done_line",
            what=paid.order_id or paid.trade,
            facts=f"{phrase(locale, 'fact_amount')} {paid.amount}",
        )
        for paid in payments_of(deeds)
    ]
    if status != "done":
        why = reason or OTHER
        lines.append(phrase(locale, "nothing", why=phrase(locale, f"reason_{why}") or why))
    return "\n".join(lines)
