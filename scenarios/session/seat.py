"""The person's seat, with a human in it: what they are asked, how they answer, and what the person would have said."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec

from agent.durable import Diverged, PersonNeeded
from mock_services.context import Ctx
from mock_services.errors import UsageError
from mock_services.person import Answer, Decision
from scenarios.model import Scenario
from scenarios.people import SimulatedPerson
from scenarios.session.file import SessionFile

YES = ("yes", "y", "ok", "okay", "sure", "好的", "好", "可以", "同意", "行", "是", "ya", "oke", "boleh", "setuju")
NO = ("no", "n", "不要", "不行", "不用", "不可以", "不同意", "不好", "不", "否", "tidak", "nggak", "gak", "jangan")


class Reply(msgspec.Struct, frozen=True):
    """What the human says.

    ``says`` is a kind of :class:`mock_services.person.Answer` (``told``, ``unknown`` …) for a question, and a decision
    of :class:`mock_services.person.Decision` (``approved``, ``refused``, ``unclear``) for an offer or a mandate.
    """

    says: str
    text: str


class Question(msgspec.Struct, frozen=True):
    """What the human is asked.

    ``kind`` is ``ask`` (``topic`` says what about), ``confirm`` (``offer`` is what would be charged or done, amounts in
    fen) or ``mandate`` (``offer`` are its terms). ``number`` counts the questions of a session from 0, ``at`` is
    virtual time. ``like`` is what the simulated person would say: to play them in character, say the same.
    """

    number: int
    kind: Literal["ask", "confirm", "mandate"]
    topic: str
    text: str
    offer: dict[str, Any]
    at: str
    like: Reply


def read_reply(question: Question, text: str) -> Reply:
    """What a human means who typed this; nothing typed means what the simulated person would say.

    Raises:
        UsageError: an offer or a mandate was answered with neither yes nor no.
    """
    # A terminal that speaks another encoding gives half characters, which cannot be written down.
    text = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())[:1000]
    if not text:
        return question.like
    if question.kind == "ask":
        return Reply("told", text)
    says = meant(text)
    if not says:
        raise UsageError(f"{text[:40]!r} is neither yes nor no", fix="begin with yes or no; what follows is told too")
    return Reply(says, text)


def meant(text: str) -> str:
    """What is meant by words that answer an offer: ``approved``, ``refused``, or empty for neither."""
    for says, words in (("refused", NO), ("approved", YES)):
        for word in words:
            rest = "" if word.isascii() and word.isalpha() else ".*"
            if re.match(rf"{re.escape(word)}{rest}(?![a-z])", text.casefold()):
                return says
    return ""


class Seat:
    """Whom the agent speaks to in a session. Answers that were given are given again, in their order."""

    def __init__(self, file: SessionFile) -> None:
        self._file = file
        self._answers = file.answers()
        self._asked = 0
        self.left = False
        """Set once the agent has ended: the human has gone, and what is asked from then on is refused."""

    def hear(self, question: Question) -> Reply:
        """The human's answer.

        Raises:
            PersonNeeded: they have not given it yet.
            Diverged: at this place they had been asked something else.
        """
        if self.left:
            return Reply("refused", "")
        number = self._asked
        self._asked += 1
        question = msgspec.structs.replace(question, number=number)
        if number >= len(self._answers):
            raise PersonNeeded(msgspec.to_builtins(question))
        asked, reply = self._answers[number]
        if asked != msgspec.json.encode(question, order="sorted"):
            raise Diverged(f"question {number} was another one")
        return msgspec.json.decode(reply, type=Reply)

    def answer_to(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """What was said to a question of :class:`agent.durable.PersonNeeded`; None if nothing was yet."""
        number = question["number"]
        return msgspec.json.decode(self._answers[number][1]) if number < len(self._answers) else None

    def take(self, question: Question, reply: Reply) -> None:
        """Write down what the human says, before anything comes of it."""
        asked, said = (msgspec.json.encode(one, order="sorted") for one in (question, reply))
        self._file.write_answer(question.number, asked, said)


class SeatedPerson:
    """A human as :class:`mock_services.person.Person`, in the place of a scenario's simulated person."""

    def __init__(self, scenario: Scenario, seat: Seat) -> None:
        self._like, self._seat = SimulatedPerson(scenario), seat

    def answer(self, ctx: Ctx, topic: str, text: str) -> Answer:
        """Ask the human."""
        like = self._like.answer(ctx, topic, text)
        asked = Question(0, "ask", topic, text, {}, ctx.iso(ctx.now), Reply(like.kind, like.text))
        reply = self._seat.hear(asked)
        return Answer(reply.says, reply.text, like.seconds)

    def consider(self, ctx: Ctx, offer: dict[str, Any], text: str) -> Decision:
        """Show the human an offer."""
        return self._decide(ctx, "confirm", offer, text, self._like.consider(ctx, offer, text))

    def approve_mandate(self, ctx: Ctx, terms: dict[str, Any]) -> Decision:
        """Show the human the terms of a mandate."""
        return self._decide(ctx, "mandate", terms, "", self._like.approve_mandate(ctx, terms))

    def _decide(
        self, ctx: Ctx, kind: Literal["confirm", "mandate"], offer: dict[str, Any], text: str, like: Decision
    ) -> Decision:
        asked = Question(0, kind, "", text, offer, ctx.iso(ctx.now), Reply(like.decision, like.text))
        reply = self._seat.hear(asked)
        return Decision(reply.says, reply.text, like.seconds)
