"""Check 2: an infeasible errand carries a certificate, and SQL over the exported world confirms it.

``sql/candidates/<kind of want>.sql`` lists what could be had if money and time did not matter (ref, fen, arrives,
payee), ``sql/certificates/<kind>.sql`` says of that list whether the claim holds. The world is taken as it is set up,
before anything happens.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import msgspec

from mock_services.clock import MINUTE, Instant, instant
from mock_services.geo import places
from scenarios.certificates import Certificate
from scenarios.episode import build_world
from scenarios.grading.goal import readings
from scenarios.model import Scenario
from scenarios.naming import ends, location
from scenarios.validity.export import SQL, database, query, write_errand, write_rows, write_table, write_world
from scenarios.validity.offers import write_offers
from scenarios.validity.outcome import Checked
from scenarios.validity.subject import Subject
from scenarios.wants import Want, parse_when, when

CHECK = "certificate"
PAYEES = "alipay.payees"


SAME = {"flight": "trip", "train": "trip"}
"""Kinds of want whose candidates are the same query."""


def certificate(subject: Subject) -> Iterator[Checked]:
    """Every infeasible errand has a certificate, and it is true."""
    scenario = subject.scenario
    claim = scenario.certificate
    if claim is None:
        if scenario.expect == "withhold":
            why = "is to be withheld, and has no certificate: say why there is no way, as {kind: no_candidate} does"
            yield Checked(CHECK, scenario.id, "clean", "", False, why)
        return
    if scenario.expect != "withhold":
        yield Checked(CHECK, scenario.id, "clean", claim.kind, False, "has a certificate, and its goal is expected")
        return
    if not scenario.goal:
        why = "says nothing about what could not be had: write the wish down as goal"
        yield Checked(CHECK, scenario.id, "clean", claim.kind, False, why)
        return
    for i, reading in enumerate(readings(scenario.goal)):
        certified = [want for want in reading if not claim.wants or want.kind in claim.wants]
        subject_of = f"{claim.kind} {i}" if i else claim.kind
        proofs = [confirm(subject, claim, want) for want in certified]
        shown = any(not refusal for refusal in proofs)
        why = "" if shown else "; ".join(proofs) or f"none of {', '.join(claim.wants)} is needed for it"
        yield Checked(CHECK, scenario.id, "clean", subject_of, shown, why)


def confirm(subject: Subject, claim: Certificate, want: Want) -> str:
    """Why a claim about a want does not hold; empty if it does."""
    scenario = subject.scenario
    file = f"candidates/{SAME.get(want.kind, want.kind)}"
    if not claim.candidates and not (SQL / f"{file}.sql").exists():
        return f"nothing is known of what could be had for {want.kind}: certify another want, or give candidates"
    made = database()
    try:
        _export(made, subject, claim, want)
        made.execute(f"CREATE TEMP TABLE candidate AS {claim.candidates or query(file)}")
        bounds = {"budget": _budget(scenario, claim, want), "deadline": _deadline(scenario, claim, want)}
        found = made.execute(query(f"certificates/{claim.kind}"), bounds).fetchone()
        if found[0]:
            return ""
        if claim.kind == "price_above_budget" and bounds["budget"] is None:
            return "there is no budget: give the want a limit, or the certificate a budget"
        if claim.kind == "arrives_after_deadline" and bounds["deadline"] is None:
            return "there is no deadline: give the want one, or the certificate"
        count, low, soon = made.execute("SELECT count(*), min(fen), min(arrives) FROM candidate").fetchone()
        return f"SQL does not confirm it for {want.kind}: {count} candidates, from {low} fen, from {soon}, {bounds}"
    except sqlite3.Error as error:
        return f"its SQL fails: {error}"
    finally:
        made.close()


def _export(made: sqlite3.Connection, subject: Subject, claim: Certificate, want: Want) -> None:
    world, names = build_world(subject.scenario, "clean", base=subject.base)
    own = [name for name, table in world.base.tables.tables().items() if name.partition(".")[0] == want_service(want)]
    write_world(made, world, [*own, PAYEES])
    wanted = subject.scenario.model_copy(update={"goal": (want,), "accepts": ()})
    write_errand(made, wanted, names)
    write_offers(made, world, want, names)
    spot = location(want.hotel.near, ends(want.hotel.city)[0]) if want.hotel is not None and want.hotel.near else None
    write_table(made, "place", ("lon", "lat"), [spot] if spot is not None else [])
    write_rows(made, "claim", [_Claim(claim.kind, claim.prescription, claim.return_days)])


class _Claim(msgspec.Struct, frozen=True):
    kind: str
    prescription: bool
    return_days: int | None


def want_service(want: Want) -> str:
    """The service beyond the built-in ones whose tables are needed whole."""
    return want.paid.service if want.paid is not None else ""


def _budget(scenario: Scenario, claim: Certificate, want: Want) -> int | None:
    value = want.value
    given = [claim.budget] if claim.budget is not None else []
    names = ("total_at_most", "price_at_most", "fee_at_most")
    own = [getattr(value, name, None) for name in names]
    if getattr(value, "per_night_at_most", None) is not None:
        own.append(value.per_night_at_most * value.nights * value.rooms)
    if getattr(value, "about", None) is not None:
        own.append(value.about * 115 // 100)
    every = given or [bound for bound in (*own, scenario.limits.budget) if bound is not None]
    return min(every) if every else None


def _deadline(scenario: Scenario, claim: Certificate, want: Want) -> Instant | None:
    value = want.value
    day = getattr(value, "date", None) or scenario.now.date()
    found: list[Instant] = []
    if claim.deadline is not None:
        return when(claim.deadline, day, scenario.offset_min)
    if getattr(value, "within_min", None) is not None:
        found.append(scenario.start + value.within_min * MINUTE)
    if getattr(value, "by", None) is not None:
        found.append(when(value.by, day, scenario.offset_min))
    for bound in (getattr(value, "arrive_by", None), getattr(getattr(value, "reach", None), "by", None)):
        if bound is not None:
            city = places().city_named(value.to)
            own, clock = parse_when(bound)
            found.append(instant(own or day, clock, city.utc_offset_min if city is not None else scenario.offset_min))
    if scenario.limits.deadline is not None:
        last = scenario.limits.deadline
        found.append(instant(last.date(), last.time(), scenario.offset_min))
    return min(found) if found else None
