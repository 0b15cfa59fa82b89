"""The contract kit finds each kind of broken promise, and passes a service that keeps them all."""

from __future__ import annotations

import datetime as dt
import importlib.util
from collections.abc import Callable
from typing import Any, Literal

import msgspec
import pytest
from pydantic import ConfigDict, Field

from mock_services import testing
from mock_services.context import Ctx
from mock_services.errors import Rejected, UsageError
from mock_services.lifecycle import Machine, Move
from mock_services.service import Args, Result, Service, read, write
from mock_services.tables import Table
from mock_services.testing import ContractBroken, Sample, check_service
from mock_services.world import World

SeatState = Literal["free", "taken", "sold"]
SEAT = Machine(
    SeatState,
    initial="taken",
    moves=(Move("taken", "pay", "sold", "agent"), Move("sold", "give_back", "free", "agent")),
)


class Seat(msgspec.Struct, frozen=True):
    id: str
    owner: str
    times: int
    state: SeatState = "taken"
    marks: list[str] = []


SEATS = Table("cinema.seats", Seat, "id", machine=SEAT)


class SeatArgs(Args):
    seat: str = Field(min_length=1, max_length=10, description="such as A1")
    request_no: str = Field("", max_length=20, description="your own number for this request")


class SeatView(Result):
    seat: str
    times: int


def take(ctx: Ctx, seat: str) -> SeatView:
    known = ctx.get(SEATS, seat)
    ctx.put(SEATS, Seat(seat, ctx.person_id, known.times + 1 if known else 1))
    return SeatView(seat=seat, times=known.times + 1 if known else 1)


class Cinema(Service):
    name = "cinema"
    tables = (SEATS,)

    @read(obj="seat", errors=("SEAT_NOT_EXIST",))
    def look(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """A seat."""
        known = ctx.get(SEATS, args.seat)
        if known is None or known.owner != ctx.person_id:
            raise Rejected("SEAT_NOT_EXIST", "no such seat of yours")
        return SeatView(seat=known.id, times=known.times)

    @write(key="request_no", obj="seat", errors=("SEAT_TAKEN",))
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """Take a seat."""
        known = ctx.get(SEATS, args.seat)
        if len(args.seat) > 5 or (known is not None and known.owner != ctx.person_id):
            raise Rejected("SEAT_TAKEN", "somebody sits there")
        return take(ctx, args.seat)


def book_first(world: Any) -> dict[str, str]:
    world.call("cinema_book", {"seat": "A1"})
    return {"seat": "A1"}


SAMPLES: dict[str, list[Sample]] = {"cinema_book": [{"seat": "A1", "request_no": "1"}], "cinema_look": [book_first]}


def test_a_service_that_keeps_its_promises_passes() -> None:
    check_service(Cinema(), samples=SAMPLES, examples=10)


def test_a_tool_that_never_succeeds_proves_nothing() -> None:
    with pytest.raises(ContractBroken, match="cinema_look: no call ever succeeded"):
        check_service(Cinema(), tools=["cinema_look"], examples=5)


def test_a_sample_that_is_refused_is_a_mistake() -> None:
    with pytest.raises(ContractBroken, match="SEAT_NOT_EXIST"):
        check_service(Cinema(), tools=["cinema_look"], samples={"cinema_look": [{"seat": "Z9"}]})
    with pytest.raises(UsageError, match="cinema_lock"):
        check_service(Cinema(), samples={"cinema_lock": [{}]})


class Undocumented(Service):
    name = "cinema"
    tables = (SEATS,)

    @write()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """Take a seat."""
        if args.seat != "A1":
            raise Rejected("SEAT_TAKEN", "somebody sits there")
        return take(ctx, args.seat)


class Undescribed(Service):
    name = "cinema"
    tables = (SEATS,)

    class Bare(Args):
        seat: str

    @write()
    def book(self, ctx: Ctx, args: Undescribed.Bare) -> SeatView:
        """Take a seat."""
        return take(ctx, args.seat)


class BadlyNamed(Service):
    name = "cinema"
    tables = (SEATS,)

    @write(name="cinema.book")
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """Take a seat."""
        return take(ctx, args.seat)


class Moody(Service):
    """Answers from a memory of its own, outside the world."""

    name = "cinema"
    tables = (SEATS,)

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    @read()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """How often anybody asked."""
        self.calls += 1
        return SeatView(seat=args.seat, times=self.calls)


class Unbalanced(Service):
    """Makes money out of nothing."""

    name = "cinema"
    tables = (SEATS,)

    @write()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """Take a seat."""
        from mock_services.ledger import ACCOUNTS, Account

        ctx.put(ACCOUNTS, Account("wallet:U1", "U1", "wallet", "balance", 100, 0))
        return take(ctx, args.seat)


class Writing(Service):
    """Calls itself a read."""

    name = "cinema"
    tables = (SEATS,)

    @read()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """Take a seat."""
        return take(ctx, args.seat)


class Crashing(Service):
    """Reads a number where there may be none."""

    name = "cinema"
    tables = (SEATS,)

    @write()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """Take a seat."""
        return SeatView(seat=args.seat, times=int(args.seat[1:]))


class Grabbing(Service):
    """Gives a seat to whoever asks last."""

    name = "cinema"
    tables = (SEATS,)

    @write()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """Take a seat."""
        return take(ctx, args.seat)


class WhoView(Result):
    owner: str


class Talking(Service):
    """Tells who sits where."""

    name = "cinema"
    tables = (SEATS,)

    @write(errors=("SEAT_TAKEN",))
    def book(self, ctx: Ctx, args: SeatArgs) -> WhoView:
        """Take a seat, or hear who has it."""
        known = ctx.get(SEATS, args.seat)
        if known is None:
            take(ctx, args.seat)
        return WhoView(owner=known.owner if known else ctx.person_id)


class Perishable(Service):
    """Has a programme for this year and looks nowhere else."""

    name = "cinema"
    tables = (SEATS,)

    @read()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """What is on."""
        return SeatView(seat=args.seat, times={2026: 7}[ctx.local_now().year])


class Scribbling(Service):
    """Writes into a row instead of writing another row."""

    name = "cinema"
    tables = (SEATS,)

    @write()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """Take a seat."""
        mine = ctx.get(SEATS, ctx.person_id)
        if mine is None:
            ctx.put(SEATS, Seat(ctx.person_id, ctx.person_id, 1, marks=[]))
        else:
            mine.marks.append(args.seat)
        return SeatView(seat=args.seat, times=1)


class Mute(Service):
    """Refuses without a word."""

    name = "cinema"
    tables = (SEATS,)

    @write(errors=("SEAT_TAKEN",))
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """Take a seat."""
        if args.seat != "A1":
            raise Rejected("SEAT_TAKEN", "")
        return take(ctx, f"{ctx.person_id}{args.seat}")


class ShortArgs(SeatArgs):
    def model_dump(self, **kwargs: Any) -> dict[str, Any]:
        return {"request_no": self.request_no}


class Forgetful(Service):
    """Its arguments leave the seat out when they are compared."""

    name = "cinema"
    tables = (SEATS,)

    @write(key="request_no")
    def book(self, ctx: Ctx, args: ShortArgs) -> SeatView:
        """Take a seat."""
        return take(ctx, f"{ctx.person_id}{args.seat}")


class Begun(Service):
    """Sells seats that were never taken."""

    name = "cinema"
    tables = (SEATS,)

    @write()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """Take a seat."""
        seat = f"{ctx.person_id}{args.seat}"
        ctx.put(SEATS, Seat(seat, ctx.person_id, 1, "sold"))
        return SeatView(seat=seat, times=1)


class Jumping(Service):
    """Moves a seat where no arrow leads."""

    name = "cinema"
    tables = (SEATS,)

    @write()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """Take a seat."""
        seat = Seat(f"{ctx.person_id}{args.seat}", ctx.person_id, 1)
        ctx.put(SEATS, seat)
        ctx.put(SEATS, msgspec.structs.replace(seat, state="free"))
        return SeatView(seat=seat.id, times=1)


class Misshapen(Service):
    """Answers with what its schema does not allow."""

    name = "cinema"
    tables = (SEATS,)

    @read()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """How often a seat was taken."""
        return SeatView.model_construct(seat=args.seat)


class WrongArgs(Args):
    seat: str = Field(description="such as A1", json_schema_extra={"type": "strnig"})


class Misspelt(Service):
    """Says of an argument that it is of a type that there is not."""

    name = "cinema"
    tables = (SEATS,)

    @read()
    def book(self, ctx: Ctx, args: WrongArgs) -> SeatView:
        """A seat."""
        return SeatView(seat=args.seat, times=0)


class OpenArgs(Args):
    model_config = ConfigDict(extra="allow")
    seat: str = Field(description="such as A1")


class Open(Service):
    """Takes arguments that it does not know."""

    name = "cinema"
    tables = (SEATS,)

    @read()
    def book(self, ctx: Ctx, args: OpenArgs) -> SeatView:
        """A seat."""
        return SeatView(seat=args.seat, times=0)


class Longwinded(Service):
    """Explains itself at length."""

    name = "cinema"
    tables = (SEATS,)

    @read()
    def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
        """A seat."""
        return SeatView(seat=args.seat, times=0)

    book.__doc__ = "A seat is a seat is a seat. " * 40


@pytest.mark.parametrize(
    ("service", "promise"),
    [
        (Writing, r"is a read tool but changed cinema\.seats"),
        (Crashing, "ValueError"),
        (Undocumented, "SEAT_TAKEN is not among its documented errors"),
        (Undescribed, "argument seat has no description"),
        (BadlyNamed, "not a function name"),
        (Moody, "equal worlds gave different replies"),
        (Unbalanced, "zero_sum: all accounts together hold 100 fen"),
        (Perishable, "KeyError: 2027"),
        (Scribbling, "a rollback does not restore the world"),
        (Mute, "not a typed error"),
        (Forgetful, "the key was taken again with another seat"),
        (Begun, r"a row of cinema\.seats begins sold, not taken"),
        (Jumping, "Seat cannot go from taken to free"),
        (Misshapen, "the result does not fit its schema"),
        (Misspelt, "not JSON Schema 2020-12"),
        (Open, "not a closed object"),
        (Longwinded, "more than 1024 characters"),
    ],
)
def test_a_broken_promise_is_named(service: Callable[[], Service], promise: str) -> None:
    with pytest.raises(ContractBroken, match=promise):
        check_service(service(), examples=20, tools=None)


@pytest.mark.parametrize(
    ("service", "promise"),
    [
        (Grabbing, r"changes another person's cinema\.seats A1"),
        (Talking, "shows another person's 'U-stranger'"),
    ],
)
def test_what_is_somebody_elses_is_neither_changed_nor_told(service: Callable[[], Service], promise: str) -> None:
    samples: dict[str, list[Sample]] = {"cinema_book": [{"seat": "A1"}]}
    with pytest.raises(ContractBroken, match=promise):
        check_service(service(), samples=samples, examples=20)


class DayArgs(Args):
    day: dt.date = Field(description="which day")


class Endless(Service):
    """Always thinks of tomorrow."""

    name = "cinema"
    tables = (SEATS,)

    @read()
    def book(self, ctx: Ctx, args: DayArgs) -> SeatView:
        """What is on the day after."""
        return SeatView(seat=str(args.day + dt.timedelta(1)), times=0)


def test_the_last_day_there_is_is_tried() -> None:
    with pytest.raises(ContractBroken, match=r"9999-12-31.*OverflowError"):
        check_service(Endless(), samples={"cinema_book": [{"day": "2026-03-05"}]}, examples=3)


def test_a_key_that_is_forgotten_is_found() -> None:
    stage = testing.Stage(Cinema())
    world, tool = stage.world(), stage.base.registry.tools["cinema_book"]
    request = {"seat": "A1", "request_no": "1"}
    tool.key = ""
    first = testing.check_call(world, tool, request)
    tool.key = "request_no"
    with pytest.raises(ContractBroken, match="gave another result"):
        testing.check_key(world, tool, request, first)


def test_a_refused_call_that_leaves_a_row_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Leaky(Cinema):
        @write(errors=("SEAT_TAKEN",))
        def book(self, ctx: Ctx, args: SeatArgs) -> SeatView:
            """Take a seat, then find it taken."""
            take(ctx, args.seat)
            raise Rejected("SEAT_TAKEN", "somebody sits there")

    stage = testing.Stage(Leaky())
    world, tool = stage.world(), stage.base.registry.tools["cinema_book"]
    assert not testing.check_call(world, tool, {"seat": "A1"}).ok

    def keep(world: World, mark: int) -> None:
        """Take nothing back."""

    monkeypatch.setattr(World, "undo", keep)
    with pytest.raises(ContractBroken, match=r"changed cinema\.seats A1"):
        testing.check_call(world, tool, {"seat": "A1"})


def test_without_its_packages_the_kit_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(testing, "find_spec", lambda name: None if name == "jsonschema" else real(name))
    with pytest.raises(UsageError, match="pip install jsonschema"):
        check_service(Cinema())
