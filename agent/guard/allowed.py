"""Whether a write may leave: one check for each duty. Each says in a line why not, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.guard.book import Book, amount_of, fen_of
from agent.guard.duties import DUTIES, MAKING, NUMBER_OF, ORDERED_FOR
from agent.task import Cancel, Collect, Goal, Mandate, Task, Transfer
from agent.words import same_words
from mock_services.money import format_yuan, parse_yuan, split_evenly

NO_BOUND = 10**18
"""What is no amount counts as one that nobody agreed to."""


@dataclass(frozen=True, slots=True)
class Write:
    """A call that wants to leave, with all that it is checked against."""

    tool: str
    args: Mapping[str, Any]
    book: Book
    task: Task | None

    @property
    def fen(self) -> int:
        """The amount that it names."""
        return amount_of(self.args)

    @property
    def targets(self) -> set[str]:
        """Where its money goes."""
        return self.book.targets(self.args)

    @property
    def number(self) -> str:
        """What it gives up, changes or asks back."""
        return next((str(self.args[name]) for name in NUMBER_OF if self.args.get(name)), "")

    @property
    def fee(self) -> int:
        """The fee that it expects."""
        fen = fen_of(self.args.get("expect_fee") or 0)
        return NO_BOUND if fen is None else fen


def refusal(tool: str, args: Mapping[str, Any], book: Book, task: Task | None, words: str) -> str:
    """Why a write may not leave; empty if it may.

    Args:
        tool: Its name.
        args: What it is called with.
        book: What has passed before.
        task: What was understood; None if nothing has been yet, or the agent has no such thing.
        words: What the person wrote.
    """
    duty = DUTIES.get(tool)
    if duty == "talk":
        return _offer(args, book) if tool == "user_confirm" else ""
    check = _CHECKS.get(duty or "")
    why = check(Write(tool, args, book, task)) if check is not None else ""
    if not why and not tool.startswith("user_"):
        secret = book.told_in({} if tool == "fliggy_traveller_add" else args, words)
        why = f"it would tell {secret} to somebody who does not need it" if secret else ""
    return why


# --- money ------------------------------------------------------------------------------------------------------


def _offer(args: Mapping[str, Any], book: Book) -> str:
    """An offer has to say what would be charged."""
    offer = args.get("offer")
    charges = offer.get("charges") if isinstance(offer, Mapping) else None
    for charge in charges if isinstance(charges, list | tuple) else ():
        if not isinstance(charge, Mapping):
            continue
        known = book.prices.get(str(charge.get("out_trade_no") or ""))
        if known is not None and fen_of(charge.get("amount")) != known:
            return f"it costs {format_yuan(known)}, and not what the offer says"
    return ""


def _pay(write: Write) -> str:
    """A payment leaves once, for what was agreed to, within what may be spent."""
    again = _again(write)
    return again if again is not None else _amount(write) or _twice(write) or _budget(write) or _agreed(write)


def _again(write: Write) -> str | None:
    """The same request again is known to the service by its number; None if it is a new one."""
    known = write.book.sent.get(str(write.args.get("request_no", "")))
    if known is None or not known.alive:
        return None
    same = (known.targets, known.fen) == (write.targets, write.fen)
    return "" if same else "this request number stands for another payment"


def _amount(write: Write) -> str:
    if write.fen <= 0:
        return "a payment has to say which amount was agreed to"
    known = write.book.prices.get(str(write.args.get("out_trade_no") or ""))
    return f"it costs {format_yuan(known)} now" if known is not None and known != write.fen else ""


def _twice(write: Write) -> str:
    """A trade is paid once; money goes to somebody as often as the person asked for."""
    made = write.book.alive(write.targets)
    if not made:
        return ""
    if write.args.get("out_trade_no"):
        return "it was paid already, or may have been: look before it is paid under another number"
    alike = sum(sent.fen == write.fen for sent in made)
    asked = [goal for goal in write.task.goals if isinstance(goal, Transfer)] if write.task is not None else []
    wanted = sum(goal.amount_fen == write.fen for goal in asked)
    return "it was sent already, or may have been" if alike >= max(1, wanted) else ""


def _budget(write: Write) -> str:
    if write.task is None or not write.task.budget_fen or write.book.spent() + write.fen <= write.task.budget_fen:
        return ""
    return f"with it more than {format_yuan(write.task.budget_fen)} would be spent"


def _agreed(write: Write) -> str:
    if write.book.consent_to(write.args) is not None:
        return ""
    by_words = sum(sent.fen for sent in write.book.sent.values() if sent.alive and sent.by == "words")
    if write.task is not None and by_words + write.fen <= write.task.pay_up_to_fen:
        return ""
    return "nobody agreed to this payment"


def _transfer(write: Write) -> str:
    """Money for a person cannot be got back: it does not go to anybody who was reported."""
    risk = next((write.book.risky[name] for name in sorted(write.targets) if name in write.book.risky), "")
    return f"whom it would go to was {risk}" if risk else _pay(write)


def _pay_within(write: Write) -> str:
    """Only a permission pays that the person gave for this: one that they speak of, or that the errand set up."""
    again = _again(write)
    if again is not None:
        return again
    row = write.book.mandates.get(str(write.args.get("mandate_id", "")))
    if row is None or row.get("state") != "NORMAL":
        return "nobody has seen that this permission holds"
    said = write.task.allowance if write.task is not None else ""
    spoken = said and (said == "*" or same_words(said, row["purpose"]))
    if row["mandate_id"] not in write.book.applied and not spoken:
        return "the person did not say that this permission may be used"
    if write.fen > parse_yuan(row["single_limit"]):
        return f"it is above the permission's {row['single_limit']}"
    return _amount(write) or _twice(write) or _budget(write)


def _collect(write: Write) -> str:
    """Others are asked once, and for no more than the person said."""
    if write.task is None:
        return ""
    goals = [goal for goal in write.task.goals if isinstance(goal, Collect)]
    if write.book.collected >= len(goals):
        return "nobody asked to collect money" if not goals else "they were asked already"
    most = max(_share(goal) for goal in goals)
    if (fen_of(write.args.get("amount_each")) or NO_BOUND) > most:
        return f"each owes no more than {format_yuan(most)}"
    people = max(len(goal.payers) for goal in goals)
    asked = len(write.args.get("contact_ids") or ())
    return "more people would be asked than the person named" if asked > people else ""


def _share(goal: Collect) -> int:
    if goal.each_fen:
        return goal.each_fen
    return max(split_evenly(goal.total_fen, goal.people or len(goal.payers) + 1))


# --- permissions ------------------------------------------------------------------------------------------------


def _mandate(write: Write) -> str:
    """A permission is asked for as narrow as the person wants it; an old one wakes only if they speak of it."""
    if write.task is None:
        return ""
    goals = [goal for goal in write.task.goals if isinstance(goal, Mandate)]
    if write.tool == "alipay_mandate_resume":
        return "" if goals or write.task.allowance else "nobody asked for this permission"
    if not goals:
        return "nobody asked for a permission"
    if not any(_as_narrow(write.args, goal) for goal in goals):
        return "the permission would go further than the person said"
    return ""


def _as_narrow(args: Mapping[str, Any], goal: Mandate) -> bool:
    bounds = (
        (goal.single_fen or goal.day_fen or goal.total_fen, args.get("single_limit")),
        (goal.day_fen, args.get("day_limit")),
        (goal.total_fen, args.get("total_limit")),
    )
    if any(most and (fen_of(asked) or NO_BOUND) > most for most, asked in bounds):
        return False
    if goal.sorts and not set(args.get("categories") or ("any",)) <= set(goal.sorts):
        return False
    return bool(args.get("categories") or args.get("payees"))


def _end_mandate(write: Write) -> str:
    """A permission is the person's: it ends because they say so, or because the errand itself has set it up."""
    number = str(write.args.get("mandate_id", ""))
    if write.task is None or number in write.book.applied or number in write.book.actions or _looks_after(write.task):
        return ""
    return "nobody asked to end this permission"


# --- orders -----------------------------------------------------------------------------------------------------


def _order(write: Write) -> str:
    """Something is reserved only for a goal that it can serve."""
    task = write.task
    if task is None or _looks_after(task) or any(isinstance(goal, ORDERED_FOR[write.tool]) for goal in task.goals):
        return ""
    return "nothing of that kind was asked for"


def _give_up(write: Write) -> str:
    """What the errand made itself it may give up; what was there before only as the person said."""
    if write.number in write.book.own:
        return ""
    if write.number in write.book.actions:
        return "" if write.fee <= write.book.actions[write.number] else "it costs more than was agreed to"
    if write.task is None:
        return "" if not write.fee else "nobody agreed to this fee"
    if not _looks_after(write.task):
        return "nobody asked to give this up"
    cancels = [goal for goal in write.task.goals if isinstance(goal, Cancel)]
    if write.fee and cancels and not any(write.fee <= goal.max_fee_fen for goal in cancels):
        return "nobody agreed to this fee"
    return ""


def _change(write: Write) -> str:
    """What was there before is changed only if the errand is about such a thing."""
    number = write.number
    if write.task is None or number in write.book.own or number in write.book.actions or _looks_after(write.task):
        return ""
    return "nobody asked to change this"


def _release(write: Write) -> str:
    """Money in escrow is let go only with the person's word for just this order."""
    return "" if write.number in write.book.actions else "nobody agreed to let the money go"


def _looks_after(task: Task) -> bool:
    """Whether some goal is about what the person has already."""
    return any(not isinstance(goal, MAKING) or _replaces(goal) for goal in task.goals)


def _replaces(goal: Goal) -> bool:
    return bool(getattr(goal, "replaces", ""))


_CHECKS: dict[str, Callable[[Write], str]] = {
    "pay": _pay,
    "transfer": _transfer,
    "pay_within": _pay_within,
    "collect": _collect,
    "mandate": _mandate,
    "end_mandate": _end_mandate,
    "order": _order,
    "give_up": _give_up,
    "change": _change,
    "give_back": _change,
    "message": _change,
    "release": _release,
}
