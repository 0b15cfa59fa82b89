"""State machines: what is declared can happen, and nothing else, whoever tries."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from mock_services.base import Base
from mock_services.errors import InternalError, Rejected
from mock_services.lifecycle import Machine, Move
from mock_services.registry import Registry
from mock_services.service import Service
from mock_services.tables import Table
from mock_services.world import World

LoanState = Literal["asked", "out", "overdue", "back", "lost"]
MOVES = (
    Move("asked", "hand_over", "out", "service"),
    Move("asked", "withdraw", "back", "agent"),
    Move("out", "due", "overdue", "clock", shown=True),
    Move("out", "inspect", "back", "service"),
    Move("out", "inspect", "lost", "service"),
)
LOAN = Machine(LoanState, initial="asked", moves=MOVES, refusal="LOAN_STATE")


class Loan(msgspec.Struct, frozen=True):
    id: str
    state: LoanState
    note: str = ""


LOANS = Table("library.loans", Loan, "id", machine=LOAN)


class Library(Service):
    name = "library"
    tables = (LOANS,)


def world() -> World:
    made = World(Base(0, "small", Registry((Library(),))), start=0)
    made.ctx.put(LOANS, Loan("L1", "asked"))
    return made


def test_a_declared_move_writes_the_row_with_whatever_else_changed() -> None:
    ctx = world().ctx
    out = ctx.move(LOANS, Loan("L1", "asked"), "hand_over", note="at the desk")
    assert out == ctx.get(LOANS, "L1") == Loan("L1", "out", "at the desk")


def test_an_agent_is_refused_in_a_typed_way_and_nothing_is_written() -> None:
    made = world()
    out = made.ctx.move(LOANS, Loan("L1", "asked"), "hand_over")
    mark = len(made.state.journal)
    with pytest.raises(Rejected, match="it is out") as refused:
        made.ctx.move(LOANS, out, "withdraw")
    assert refused.value.code == "LOAN_STATE"
    assert len(made.state.journal) == mark


def test_our_own_handler_is_a_mistake_of_ours() -> None:
    ctx = world().ctx
    with pytest.raises(InternalError, match="'inspect' from asked"):
        ctx.move(LOANS, Loan("L1", "asked"), "inspect")
    with pytest.raises(InternalError, match="'no_such_event'"):
        ctx.move(LOANS, Loan("L1", "asked"), "no_such_event")


def test_an_event_that_leads_to_several_states_says_which() -> None:
    ctx = world().ctx
    out = ctx.move(LOANS, Loan("L1", "asked"), "hand_over")
    with pytest.raises(InternalError, match="no single move"):
        ctx.move(LOANS, out, "inspect")
    with pytest.raises(InternalError, match="to asked"):
        ctx.move(LOANS, out, "inspect", "asked")
    assert ctx.move(LOANS, out, "inspect", "lost").state == "lost"


def test_a_state_cannot_be_written_past_the_machine() -> None:
    ctx = world().ctx
    with pytest.raises(InternalError, match="Loan cannot go from asked to lost"):
        ctx.put(LOANS, Loan("L1", "lost"))
    ctx.put(LOANS, Loan("L1", "asked", "another field is free to change"))


def test_what_is_only_shown_is_never_written() -> None:
    assert LOAN.shown("out", "due") == "overdue"
    assert LOAN.shown("asked", "due") == "asked"
    ctx = world().ctx
    out = ctx.move(LOANS, Loan("L1", "asked"), "hand_over")
    with pytest.raises(InternalError):
        ctx.move(LOANS, out, "due")
    with pytest.raises(InternalError):
        ctx.put(LOANS, Loan("L1", "overdue"))


def test_a_machine_knows_its_ends_and_where_an_event_can_happen() -> None:
    assert LOAN.terminal == ("overdue", "back", "lost")
    assert LOAN.sources("inspect") == ("out",)


@pytest.mark.parametrize(
    ("moves", "problem"),
    [
        ((*MOVES, Move("asked", "sell", "sold", "service")), "no state sold"),
        (MOVES[:-1], "no move leads to lost"),
        ((*MOVES, Move("out", "withdraw", "back", "clock")), "'withdraw' is caused by agent and by clock"),
    ],
)
def test_a_machine_that_makes_no_sense_is_refused(moves: tuple[Move, ...], problem: str) -> None:
    with pytest.raises(InternalError, match=problem):
        Machine(LoanState, initial="asked", moves=moves)
