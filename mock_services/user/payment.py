"""How a person likes to pay: by what, for what, and what they never want charged."""

from __future__ import annotations

from typing import Literal

import msgspec
from pydantic import Field

from mock_services.argtypes import YuanIn, YuanOut
from mock_services.context import Ctx
from mock_services.service import Args, Result
from mock_services.tables import Table

Category = Literal["food", "goods", "travel", "ticket", "ride", "utility"]


class PaymentPreference(msgspec.Struct, frozen=True, gc=False):
    """A person's wish about paying for a category (empty: everything else). ``id`` is ``<owner>|<category>``.

    ``methods`` come in the order in which they shall be tried; ``ask_above_fen`` is 0 where nothing was said.
    """

    id: str
    owner: str
    category: str
    methods: tuple[str, ...]
    never: tuple[str, ...]
    ask_above_fen: int
    note: str


PAYMENT_PREFERENCES = Table("user.payment_preferences", PaymentPreference, "id", indexes=("owner",))


class PaymentPreferencesArgs(Args):
    """For what."""

    category: Category | None = Field(
        None, description="only what holds for this: its own wish, or else the general one"
    )


class PaymentPreferenceView(Result):
    """A wish. Method ids are those of alipay_methods; a method of ``never`` is not to be used at all."""

    category: str = Field(description="food, goods, travel, ticket, ride, utility; empty: everything else")
    methods: list[str] = Field(description="the first that can pay is to be used; empty: the default one")
    never: list[str]
    ask_above: YuanOut | None = Field(description="the person wants to be asked from this amount even within a mandate")
    note: str


class PaymentPreferencesView(Result):
    """The person's wishes about paying; none where they never said any."""

    preferences: list[PaymentPreferenceView]


class PaymentPreferenceSetup(Args):
    """A wish about paying; the same category again replaces it."""

    category: Category | Literal[""] = ""
    methods: list[str] = Field([], max_length=10)
    never: list[str] = Field([], max_length=10)
    ask_above: YuanIn = Field(0, ge=0)
    note: str = Field("", max_length=300)


def preferences(ctx: Ctx, args: PaymentPreferencesArgs) -> PaymentPreferencesView:
    """Answer ``user_payment_preferences``."""
    rows = sorted(ctx.find(PAYMENT_PREFERENCES, "owner", ctx.person_id), key=lambda row: row.category)
    if args.category is not None:
        own = [row for row in rows if row.category == args.category]
        rows = own or [row for row in rows if not row.category]
    return PaymentPreferencesView(
        preferences=[
            PaymentPreferenceView(
                category=row.category,
                methods=list(row.methods),
                never=list(row.never),
                ask_above=row.ask_above_fen or None,
                note=row.note,
            )
            for row in rows
        ]
    )


def set_preference(ctx: Ctx, args: PaymentPreferenceSetup) -> str:
    """Say how the person likes to pay."""
    row = PaymentPreference(
        f"{ctx.person_id}|{args.category}",
        ctx.person_id,
        args.category,
        tuple(args.methods),
        tuple(args.never),
        args.ask_above,
        args.note,
    )
    ctx.put(PAYMENT_PREFERENCES, row)
    return args.category
