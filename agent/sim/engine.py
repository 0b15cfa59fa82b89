"""The engine ``sim:<profile>``: it understands as ``rules`` does, and forgets some of what it understood."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from agent.desk import Desk
from agent.engine import RulesEngine
from agent.interface import Episode
from agent.sim.profile import PREFIX, Profile, load_profile
from agent.sim.slips import ERROR, Slips, draws_of
from agent.steps.base import Me
from agent.task import AnyGoal, Item, Question, Task
from mock_services.draws import Draws

_WISHES: Final = frozenset(
    (
        *("by", "at", "budget_fen", "about_fen", "choice", "tags", "without", "serves", "note", "coupon"),
        *("depart_after", "depart_before", "depart_at", "arrive_by", "passengers", "cabin", "seat", "max_stops"),
        *("per_night_fen", "breakfast", "free_cancel", "bed", "stars", "guests", "near", "accessible"),
        *("after", "before", "adults", "children", "stay_dry", "no_queue", "ask_above_usual", "memo"),
        *("only_if_free", "max_fee_fen", "if_rain"),
    )
)
"""Fields of goals that narrow down what is wanted, and that an engine can forget; the others say what it is."""

_TASK_WISHES: Final = ("budget_fen", "method", "not_method", "train_if_cheaper")


class SimEngine(RulesEngine):
    """``rules`` with the errors of a profile."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.name = PREFIX + profile.name

    def hands(self, episode: Episode) -> Episode:
        """The episode as this engine handles it; see :class:`agent.sim.slips.Slips`."""
        return Slips(episode, self.profile)

    def understand(self, words: str, locale: str, me: Me, desk: Desk) -> Task:
        """Understand, and forget."""
        return self._forget(super().understand(words, locale, me, desk), desk)

    def answer(self, task: Task, question: Question, reply_kind: str, reply_text: str, me: Me, desk: Desk) -> Task:
        """Fold an answer in, and forget; what was forgotten once stays so."""
        return self._forget(super().answer(task, question, reply_kind, reply_text, me, desk), desk)

    def _forget(self, task: Task, desk: Desk) -> Task:
        rate = self.profile.errors.forget_wish
        if not rate:
            return task
        memory = _Memory(draws_of(desk.episode, self.profile), rate)
        goals: tuple[AnyGoal, ...] = tuple(memory.forget(goal, goal.id, _WISHES) for goal in task.goals)
        left: Task = memory.forget(msgspec.structs.replace(task, goals=goals), "task", _TASK_WISHES)
        for goal, field in memory.lost:
            data = {"profile": self.profile.name, "error": "forget_wish", "goal": goal, "wish": field}
            desk.note(ERROR, data)
        return left


class _Memory:
    """What of a task is kept in mind; ``lost`` is what is not."""

    def __init__(self, draws: Draws, rate: float) -> None:
        self._draws, self._rate = draws, rate
        self.lost: list[tuple[str, str]] = []

    def forget(self, thing: Any, name: str, wishes: Any) -> Any:
        """The same without what is forgotten of it."""
        changes: dict[str, Any] = {}
        for field in msgspec.structs.fields(thing):
            value = getattr(thing, field.name)
            if field.name == "items":
                changes[field.name] = tuple(self._item(item, f"{name}.{n}") for n, item in enumerate(value))
            elif field.name in wishes and value != field.default and self._slips(name, field.name):
                changes[field.name] = field.default
        return msgspec.structs.replace(thing, **changes) if changes else thing

    def _item(self, item: Item, name: str) -> Item:
        """An item whose options are forgotten is taken as the shop makes it."""
        if not any(part.options for part in item.parts) or not self._slips(name, "options"):
            return item
        parts = tuple(msgspec.structs.replace(part, options=()) for part in item.parts)
        return msgspec.structs.replace(item, parts=parts, text=item.words)

    def _slips(self, name: str, field: str) -> bool:
        if not self._draws.chance(self._rate, "forget_wish", name, field):
            return False
        self.lost.append((name, field))
        return True


def sim_engine(spec: str) -> SimEngine:
    """The engine of a spec such as ``sim:hasty``.

    Raises:
        UsageError: there is no such profile.
    """
    return SimEngine(load_profile(spec.removeprefix(PREFIX)))
