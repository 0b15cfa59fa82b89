"""One-row changes of an episode's end: each plants one mistake that a person would not accept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from mock_services.alipay.rows import COLLECTS, MANDATES
from mock_services.amap.rows import RIDES
from mock_services.clock import DAY, HOUR
from mock_services.flash import rows as flash
from mock_services.flash.catalogue import dish_of, menu_of
from mock_services.flash.options import groups_of
from mock_services.fliggy import rows as fliggy
from mock_services.payables import PAYABLES, PAYMENTS, REFUNDS
from mock_services.people import ADDRESSES
from mock_services.tables import RowChange, Table
from mock_services.taobao import rows as taobao
from mock_services.user.rows import CONSENTS, REPORTS
from mock_services.world import World
from scenarios.grading.case import Case
from scenarios.grading.money import inserted

Planted = Iterator[tuple[str, Any]]
"""Names of mistakes, with the row as it would be."""


class Mutant(msgspec.Struct, frozen=True):
    """A planted mistake: its name, and the change of the row."""

    name: str
    change: RowChange


def mutants(case: Case) -> Iterator[Mutant]:
    """Every mistake that can be planted into the end of an episode, in a fixed order."""
    for table, plant in _PLANTERS:
        if table.name not in case.world.base.tables.rows:
            continue
        for key in sorted(_rows_of_the_episode(case, table), key=str):
            row = case.world.state.get(table, key)
            if row is None:
                continue
            planted = _gone(row) if key in case.touched and not case.after[str(key)].live else plant(case.world, row)
            for name, changed in planted:
                if changed != row:
                    yield Mutant(name, RowChange(table.name, key, row, changed))


def _rows_of_the_episode(case: Case, table: Table[Any]) -> list[Any]:
    """Keys of the rows that the episode's result consists of."""
    made = inserted(case.events, table.name)
    if table.name in (PAYMENTS.name, PAYABLES.name):
        standing = {paid.id if table.name == PAYMENTS.name else paid.trade for paid in case.paid if paid.gone_fen}
        return [key for key in made if key in standing]
    if table.name == REPORTS.name:
        return [max(made)] if made else []
    if table.name in (CONSENTS.name, REFUNDS.name, taobao.AFTER_SALES.name):
        return list(made)
    refs = {ref for ref in case.fresh if ref in case.after and case.after[ref].live} | case.touched.keys()
    tables = {effect.ref: effect.table for effect in case.after.values()}
    return [ref for ref in refs if tables.get(ref) == table.name]


replace = msgspec.structs.replace


def _gone(row: Any) -> Planted:
    """An order that was given up: the only mistake is that it stands."""
    standing = {"flight": "ticketed", "train": "ticketed", "hotel": "confirmed", "ticket": "confirmed"}
    live = "driver_assigned" if hasattr(row, "car") else standing.get(getattr(row, "kind", ""), "paid")
    yield "not-given-up", replace(row, state=live)


def _after_sale(_: World, row: Any) -> Planted:
    yield "refused-by-the-seller", replace(row, state="refused")


# --- goods ---------------------------------------------------------------------------------------------------


def _count(row: Any, by: int) -> Any:
    first, *rest = row.lines
    if first.quantity + by < 1:
        return row if not rest else replace(row, lines=tuple(rest))
    return replace(row, lines=(replace(first, quantity=first.quantity + by), *rest))


def _neighbour(world: World, row: Any) -> Iterator[tuple[str, Any]]:
    others = [a for a in world.state.find(ADDRESSES, "owner", world.person_id) if a.id != row.address_id]
    for other in others[:1]:
        moved = {"lon": other.lon, "lat": other.lat} if hasattr(row, "lon") else {}
        yield "another-address", replace(row, address_id=other.id, **moved)
    away = {"lon": row.lon + 0.02} if hasattr(row, "lon") else {}
    yield "neighbours-address", replace(row, address_id="ADNEXTDOOR", **away)


def _flash_order(world: World, row: flash.Order) -> Planted:
    yield "one-missing", _count(row, -1)
    yield "one-more", _count(row, 1)
    first, *rest = row.lines
    dish = world.state.get(flash.DISHES, first.dish_id) or dish_of(world.base, first.dish_id)
    if dish is not None:
        menu = [*menu_of(world.base, row.shop_id).values(), *world.state.find(flash.DISHES, "shop_id", row.shop_id)]
        other = next((one for one in menu if one.id != dish.id and one.fen != dish.fen), None)
        if other is not None:
            swapped = replace(first, dish_id=other.id, name=other.name, en=other.en, options=())
            yield "another-dish", replace(row, lines=(swapped, *rest))
        chosen = dict(first.options)
        for group in groups_of(dish):
            was = chosen.get(group.id, group.default)
            choice = next((one.id for one in group.choices if one.id != was), None)
            if choice is not None:
                options = tuple({**chosen, group.id: choice}.items())
                yield f"another-option:{group.id}", replace(row, lines=(replace(first, options=options), *rest))
    yield from _neighbour(world, row)
    later = {
        name: getattr(row, name) + DAY for name in ("promised_at", "deliver_at", "delivered_at") if getattr(row, name)
    }
    yield "one-day-late", replace(row, **later)
    yield "given-up", replace(row, state="cancelled")
    yield "unpaid", replace(row, state="unpaid")


def _taobao_order(world: World, row: taobao.Order) -> Planted:
    yield "one-missing", _count(row, -1)
    yield "one-more", _count(row, 1)
    first, *rest = row.lines
    variants = [sku for sku in world.state.find(taobao.SKUS, "item_id", first.item_id) if sku.id != first.sku_id]
    for sku in variants[:3]:
        line = replace(first, sku_id=sku.id, spec=sku.spec, spec_en=sku.spec_en)
        yield f"another-variant:{sku.spec}", replace(row, lines=(line, *rest))
    item = world.state.get(taobao.ITEMS, first.item_id)
    for other in world.state.find(taobao.ITEMS, "shop_id", row.shop_id):
        first_of_it = world.state.find(taobao.SKUS, "item_id", other.id)[:1]
        if item is not None and first_of_it and other.category != item.category:
            one = first_of_it[0]
            line = replace(first, item_id=other.id, sku_id=one.id, title=other.title, name_en=other.name_en)
            yield "another-item", replace(row, lines=(line, *rest))
            break
    yield from _neighbour(world, row)
    later = {name: getattr(row, name) + DAY for name in ("promised_by", "delivered_at") if getattr(row, name)}
    yield "one-day-late", replace(row, **later)
    yield "given-up", replace(row, state="closed")
    yield "unpaid", replace(row, state="unpaid")


# --- travel --------------------------------------------------------------------------------------------------


def _later(row: fliggy.Order, by: int = DAY) -> fliggy.Order:
    return replace(row, offer=replace(row.offer, starts_at=row.offer.starts_at + by, ends_at=row.offer.ends_at + by))


def _travel_order(world: World, row: fliggy.Order) -> Planted:
    offer = row.offer
    yield "one-day-late", _later(row)
    yield "given-up", replace(row, state="cancelled")
    yield "unpaid", replace(row, state="unpaid")
    if row.kind in ("flight", "train"):
        yield "the-way-back", replace(row, offer=replace(offer, from_place=offer.to_place, to_place=offer.from_place))
        yield "one-passenger-more", replace(row, quantity=row.quantity + 1)
        classes = ("economy", "business") if row.kind == "flight" else ("second", "first", "business")
        other = next(one for one in classes if one != offer.unit)
        yield "another-class", replace(row, offer=replace(offer, unit=other))
        yield "cancelled-by-the-carrier", replace(row, disruption="cancelled")
        if row.kind == "flight":
            seat = {"aisle": "window"}.get(row.seat_preference, "aisle")
            yield "another-seat", replace(row, seat_preference=seat)
    elif row.kind == "hotel":
        yield from _hotel(world, row)
    else:
        yield "one-adult-more", replace(row, adults=row.adults + 1)
        yield "one-child-more", replace(row, children=row.children + 1)
        for place in world.state.scan(fliggy.ATTRACTIONS):
            if place.id != offer.product_id and place.city != _city(world, offer.product_id):
                yield "another-attraction", replace(row, offer=replace(offer, product_id=place.id, title=place.name))
                break


def _city(world: World, ticket_id: str) -> str:
    row = world.state.get(fliggy.ATTRACTIONS, ticket_id)
    return row.city if row is not None else ""


def _hotel(world: World, row: fliggy.Order) -> Planted:
    offer = row.offer
    yield "one-room-more", replace(row, quantity=row.quantity + 1)
    yield "one-night-more", replace(row, offer=replace(offer, ends_at=offer.ends_at + DAY))
    here = world.state.get(fliggy.HOTELS, offer.product_id)
    if here is None:
        return
    others = [one for one in world.state.find(fliggy.HOTELS, "city", here.city) if one.id != here.id]
    others.sort(key=lambda one: (-abs(one.lon - here.lon) - abs(one.lat - here.lat), one.id))
    if others:
        far = others[0]
        wrong = replace(offer, product_id=far.id, title=far.name, location=f"{far.lon},{far.lat}")
        yield "wrong-hotel", replace(row, offer=wrong)
    plan = next((code for code in here.plans if not offer.unit.endswith(f".{code}")), None)
    if plan is not None:
        yield "another-rate", replace(row, offer=replace(offer, unit=offer.unit.rpartition(".")[0] + f".{plan}"))
    if offer.free_until is not None:
        yield "no-free-cancellation", replace(row, offer=replace(offer, free_until=None))


def _ride(_: World, row: Any) -> Planted:
    yield "wrong-destination", replace(row, destination=(row.destination[0] + 0.1, row.destination[1]))
    yield "wrong-start", replace(row, origin=(row.origin[0] + 0.1, row.origin[1]))
    later = {
        name: getattr(row, name) + 3 * HOUR for name in ("depart_at", "pickup_at", "arrive_at") if getattr(row, name)
    }
    yield "three-hours-late", replace(row, **later)
    yield "another-car", replace(row, car="economy" if row.car == "accessible" else "accessible")
    yield "given-up", replace(row, state="cancelled")
    yield "unpaid", replace(row, state="awaiting_payment")


# --- money and words -----------------------------------------------------------------------------------------


def _payment(world: World, row: Any) -> Planted:
    yield "one-fen-too-much", replace(row, fen=row.fen + 1)
    yield "payment-failed", replace(row, state="failed")
    account = row.sources[0][0].partition(":")[0]
    other = "credit" if account != "credit" else "wallet"
    yield "another-method", replace(row, sources=((f"{other}:{world.person_id}", row.fen),))


def _payable(_: World, row: Any) -> Planted:
    if row.category in ("bill", "transfer"):
        yield "wrong-payee", replace(row, payee="stranger@alipay.test", payee_name="Stranger", ref=f"{row.ref}X")


def _refund(_: World, row: Any) -> Planted:
    yield "one-fen-less-back", replace(row, fen=row.fen - 1)


def _mandate(_: World, row: Any) -> Planted:
    yield (
        "one-fen-wider",
        replace(
            row,
            single_fen=row.single_fen + 1,
            day_fen=row.day_fen + 1 if row.day_fen is not None else None,
            total_fen=row.total_fen + 1 if row.total_fen is not None else None,
        ),
    )
    yield "revoked", replace(row, state="revoked")
    if row.categories:
        yield "for-anything", replace(row, categories=())
    if row.weekdays:
        yield "on-every-day", replace(row, weekdays=())


def _collect(_: World, row: Any) -> Planted:
    yield "one-fen-too-much-asked", replace(row, fen=row.fen + 1)
    yield "asked-a-stranger", replace(row, name="Stranger", contact_id="CTSTRANGER")


def _consent(_: World, row: Any) -> Planted:
    if row.decision == "approved":
        yield "refused-by-the-person", replace(row, decision="refused")


def _report(_: World, row: Any) -> Planted:
    if row.status == "done":
        yield "told-that-it-failed", replace(row, status="failed", reason_code="other")
    else:
        yield "told-that-it-is-done", replace(row, status="done", reason_code="")
    if row.facts:
        first, *rest = row.facts
        yield "told-a-wrong-fact", replace(row, facts=(replace(first, value=f"{first.value}9"), *rest))
    yield "told-nothing", None


_PLANTERS: tuple[tuple[Table[Any], Callable[[World, Any], Planted]], ...] = (
    (flash.ORDERS, _flash_order),
    (taobao.ORDERS, _taobao_order),
    (taobao.AFTER_SALES, _after_sale),
    (fliggy.ORDERS, _travel_order),
    (RIDES, _ride),
    (PAYMENTS, _payment),
    (PAYABLES, _payable),
    (REFUNDS, _refund),
    (MANDATES, _mandate),
    (COLLECTS, _collect),
    (CONSENTS, _consent),
    (REPORTS, _report),
)
