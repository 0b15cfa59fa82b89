"""The oracle's travel: flights, trains, hotels, tickets and rides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mock_services.clock import HOUR, MINUTE, Instant, instant, parse_iso, to_iso
from mock_services.geo import distance_m, fold
from mock_services.money import parse_yuan
from scenarios.grading import offers
from scenarios.grading.forms import Trip
from scenarios.naming import ends, location, says_any, terminal
from scenarios.references.desk import Desk, Stopped
from scenarios.wants import HotelWant, RideWant, TicketsWant, TripWant, parse_when, when

LIVE = ("ticketed", "confirmed", "completed")
DEAD = ("cancelled", "closed", "failed")


class Option:
    """Something that can be booked: the tool and its arguments, what it costs, and when it starts and ends."""

    def __init__(self, tool: str, args: dict[str, Any], fen: int, *, start: Instant = 0, end: Instant = 0) -> None:
        self.tool, self.args, self.fen, self.start, self.end = tool, args, fen, start, end
        self.spots: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 0.0), (0.0, 0.0))
        self.order_id = ""


def _best(options: list[Option], choice: str) -> list[Option]:
    if choice == "fastest":
        return sorted(options, key=lambda o: (o.end - o.start, o.fen, o.start))
    return sorted(options, key=lambda o: (o.fen, o.end, o.start))


# --- flights and trains --------------------------------------------------------------------------------------


def trips(desk: Desk, kind: str, want: TripWant) -> list[Option]:
    """Departures that are what a want asks for, the best first.

    Raises:
        Stopped: ``NOT_FOUND``, or ``OVER_BUDGET`` if only the price is wrong.
    """
    found = _flights(desk, want) if kind == "flight" else _trains(desk, want)
    limits = (want.price_at_most, desk.scenario.limits.budget)
    most = min((limit for limit in limits if limit is not None), default=None)
    fitting = [option for option in found if most is None or option.fen <= most]
    if not fitting:
        raise Stopped("OVER_BUDGET" if found else "NOT_FOUND", f"no {kind}")
    return _best(fitting, want.choice)


def _flights(desk: Desk, want: TripWant) -> list[Option]:
    shown = desk.read("fliggy_flight_search", **offers.flight_search(want))
    found = []
    for offer, trip in offers.flights(shown, want):
        args = {
            "itinerary_id": offer["itinerary_id"],
            "cabin": offer["cabin"],
            "expect_price": offer["price"],
            "seat_preference": want.seat or "any",
        }
        found.append(_option("fliggy_flight_book", args, trip))
    return found


def _trains(desk: Desk, want: TripWant) -> list[Option]:
    found: dict[str, Option] = {}
    # A day has more trains than one page: each order of the list shows others.
    for sort in ("departure", "price", "duration"):
        shown = desk.read("fliggy_train_search", **offers.train_search(want), sort=sort)
        for offer, seat, trip in offers.trains(shown, want):
            args = {"train_id": offer["train_id"], "seat_class": seat["seat_class"], "expect_price": seat["price"]}
            found[f"{offer['train_id']}/{seat['seat_class']}"] = _option("fliggy_train_book", args, trip)
        if shown["total"] <= len(shown["trains"]):
            break
    return list(found.values())


def _option(tool: str, args: dict[str, Any], trip: Trip) -> Option:
    option = Option(tool, args, trip.total_fen, start=trip.depart, end=trip.arrive)
    option.spots = trip.spots
    return option


def travellers(desk: Desk, count: int, names: tuple[str, ...] = ()) -> list[str]:
    """The person and so many others that they saved, or those of these names (``self`` is the person).

    Raises:
        Stopped: fewer are saved.
    """
    if names:
        saved = {entry["name"]: entry["traveller_id"] for entry in desk.read("fliggy_traveller_list")["travellers"]}
        unknown = [name for name in names if name != "self" and name not in saved]
        if unknown:
            raise Stopped("NOT_FOUND", f"{unknown[0]} is not saved as a traveller")
        return [saved.get(name, name) for name in names]
    if count == 1:
        return ["self"]
    known = [entry["traveller_id"] for entry in desk.read("fliggy_traveller_list")["travellers"]]
    others = [one for one in known if one != "self"]
    if len(others) < count - 1:
        raise Stopped("NOT_FOUND", "not enough travellers are saved")
    return ["self", *others[: count - 1]]


def book(desk: Desk, option: Option, *, people: int, who: str = "travellers", names: tuple[str, ...] = ()) -> str:
    """Book and pay; returns the order id once the ticket or the room is theirs.

    Raises:
        Stopped: the booking or its payment is refused, or it was not confirmed.
    """
    args = dict(option.args)
    if who:
        args[who] = travellers(desk, people, names)
    placed = _hold(desk, option.tool, args)
    desk.pay(placed["out_trade_no"])
    option.order_id = str(placed["order_id"])
    return settled(desk, option.order_id)


def _hold(desk: Desk, tool: str, args: dict[str, Any]) -> dict[str, Any]:
    number = desk.number()
    keyed = tool != "fliggy_ticket_book"
    known = {order["order_id"] for order in desk.read("fliggy_order_list")["orders"]}

    def look() -> dict[str, Any] | None:
        for order in desk.read("fliggy_order_list")["orders"]:
            if order["order_id"] not in known and order["state"] == "unpaid":
                return desk.read("fliggy_order_detail", order_id=order["order_id"])
        return None

    for _ in range(3):
        placed = desk.write(tool, look, **args, **({"request_no": number} if keyed else {}))
        fresh = [
            order["order_id"]
            for order in desk.read("fliggy_order_list")["orders"]
            if order["order_id"] not in known and order["state"] == "unpaid"
        ]
        for extra in fresh:
            if extra != placed["order_id"]:
                # The request was delivered twice: one booking is enough.
                desk.write("fliggy_order_cancel", dict, order_id=extra)
        if placed["order_id"] in fresh:
            return placed
    raise Stopped("SERVICE_UNAVAILABLE", f"{tool} leaves no order")


def settled(desk: Desk, order_id: str) -> str:
    """Wait until an order is confirmed.

    Raises:
        Stopped: ``SOLD_OUT``, it was given back.
    """
    for _ in range(12):
        state = desk.read("fliggy_order_detail", order_id=order_id)["state"]
        if state in LIVE:
            return order_id
        if state in DEAD:
            break
        desk.wait(300)
    raise Stopped("SOLD_OUT", f"order {order_id} was not confirmed")


# --- hotels and tickets --------------------------------------------------------------------------------------


def hotels(desk: Desk, want: HotelWant) -> list[Option]:
    """Rooms that are what a want asks for, the cheapest first.

    Raises:
        Stopped: ``NOT_FOUND`` or ``OVER_BUDGET``.
    """
    check_out = want.check_in + timedelta(want.nights)
    city = ends(want.city)[0]
    args: dict[str, Any] = {
        "city": want.city,
        "check_in": want.check_in.isoformat(),
        "check_out": check_out.isoformat(),
        "rooms": want.rooms,
        "limit": 50,
    }
    place = location(want.near, city) if want.near else None
    if place is not None:
        args |= {"location": f"{place[0]},{place[1]}", "radius_m": max(100, min(50_000, want.within_m))}
    if want.breakfast is not None:
        args["breakfast"] = want.breakfast
    if want.free_cancel:
        args["free_cancel"] = True
    found, dear = [], False
    for offer in desk.read("fliggy_hotel_search", **args)["hotels"]:
        if want.not_hotels and says_any(f"{offer['hotel_id']} {offer['name']} {offer['name_en']}", want.not_hotels):
            continue
        lon, lat = map(float, offer["location"].split(","))
        if place is not None and distance_m(lon, lat, *place) > want.within_m:
            continue
        detail_args = {name: args[name] for name in ("check_in", "check_out", "rooms")}
        plans = [offer]
        if want.room or want.breakfast is False:
            plans = desk.read("fliggy_hotel_detail", hotel_id=offer["hotel_id"], **detail_args)["plans"]
        for plan in plans:
            words = f"{plan['room']} {plan.get('room_en', '')} {plan.get('bed', '')}"
            if (want.room and not says_any(words, want.room)) or plan["rooms_left"] < want.rooms:
                continue
            if want.breakfast is not None and plan["breakfast"] != want.breakfast:
                continue
            if want.free_cancel and plan["free_cancel_until"] is None:
                continue
            total = parse_yuan(plan["total"])
            night = max(parse_yuan(fen) for fen in plan["nightly"])
            limits = (want.total_at_most, desk.scenario.limits.budget)
            if (want.per_night_at_most is not None and night > want.per_night_at_most) or any(
                limit is not None and total > limit for limit in limits
            ):
                dear = True
                continue
            book_args = {
                "plan_id": plan["plan_id"],
                "check_in": args["check_in"],
                "check_out": args["check_out"],
                "rooms": want.rooms,
                "expect_total": plan["total"],
            }
            option = Option("fliggy_hotel_book", book_args, total)
            option.spots = ((lon, lat), (lon, lat))
            found.append(option)
    if not found:
        raise Stopped("OVER_BUDGET" if dear else "NOT_FOUND", "no room")
    return _best(found, "")


def _begins(want: TicketsWant, slot: str) -> bool:
    """Whether a slot such as ``13:00-15:00`` begins when it should."""
    begins = parse_when(slot[:5])[1]
    early = want.after is not None and begins < parse_when(want.after)[1]
    return not early and (want.before is None or begins <= parse_when(want.before)[1])


def tickets(desk: Desk, want: TicketsWant) -> list[Option]:
    """Admissions that are what a want asks for, the cheapest first.

    Raises:
        Stopped: ``NOT_FOUND`` or ``OVER_BUDGET``.
    """
    found, dear = [], False
    for phrase in want.place or ("",):
        args: dict[str, Any] = {"date": want.date.isoformat(), "limit": 50}
        args |= {"query": phrase} if phrase else {}
        args |= {"city": want.city or desk.scenario.city} if want.city or not phrase else {}
        args |= {"indoor": True} if want.indoor else {}
        args |= {"max_queue": want.queue_at_most} if want.queue_at_most is not None else {}
        for offer in desk.read("fliggy_ticket_search", **args)["tickets"]:
            # A search by words also shows what only has to do with them.
            names = " ".join(str(offer[name]) for name in ("ticket_id", "name", "name_en", "attraction", "category"))
            if want.place and not says_any(names, want.place):
                continue
            left = [slot["slot"] for slot in offer["slots"] if slot["left"] >= want.adults + want.children]
            slots = [slot for slot in left if _begins(want, slot)]
            if not slots or (want.indoor is not None and offer["indoor"] != want.indoor):
                continue
            fen = parse_yuan(offer["adult_price"]) * want.adults + parse_yuan(offer["child_price"]) * want.children
            if want.total_at_most is not None and fen > want.total_at_most:
                dear = True
                continue
            book_args = {
                "ticket_id": offer["ticket_id"],
                "date": want.date.isoformat(),
                "slot": slots[0],
                "adults": want.adults,
                "children": want.children,
            }
            found.append(Option("fliggy_ticket_book", book_args, fen))
    if not found:
        raise Stopped("OVER_BUDGET" if dear else "NOT_FOUND", "no tickets")
    return _best(found, "")


# --- rides ---------------------------------------------------------------------------------------------------


def ride(desk: Desk, want: RideWant, done: dict[str, list[Option]]) -> list[str]:
    """Order and pay a ride; where no car of a kind is to be had, or a driver gives up, it tries on.

    Raises:
        Stopped: no car, or the payment is refused.
    """
    origin, destination = _end(desk, want.from_, done), _end(desk, want.to, done)
    args: dict[str, Any] = {
        "origin": f"{origin[0]:.6f},{origin[1]:.6f}",
        "destination": f"{destination[0]:.6f},{destination[1]:.6f}",
    }
    moment = _pick_up(desk, want, args, done)
    last = Stopped("SOLD_OUT", "no car")
    for car in ("accessible",) * 3 if want.accessible else ("economy", "comfort", "six_seat", "economy"):
        if moment is not None and moment > desk.now + 5 * MINUTE:
            args["depart_at"] = to_iso(moment, desk.scenario.offset_min)
        try:
            return [_ride(desk, {**args, "car": car})]
        except Stopped as stopped:
            if stopped.code not in ("NO_CAR_AVAILABLE", "SOLD_OUT"):
                raise
            last = stopped
            if want.accessible and stopped.code == "NO_CAR_AVAILABLE":
                desk.wait(1800)
    raise last


def _ride(desk: Desk, args: dict[str, Any]) -> str:
    known = {entry["ride_id"] for entry in desk.read("amap_ride_list", limit=50)["rides"]}

    def waiting() -> list[dict[str, Any]]:
        every = desk.read("amap_ride_list", limit=50)["rides"]
        return [entry for entry in every if entry["ride_id"] not in known and entry["state"] == "awaiting_payment"]

    desk.until(
        lambda: desk.write("amap_ride_order", lambda: next(iter(waiting()), None), **args),
        lambda _: bool(waiting()),
    )
    placed, *extra = waiting()
    for other in extra:
        # The request was delivered twice: one car is enough.
        desk.write("amap_ride_cancel", dict, ride_id=other["ride_id"])
    desk.pay(placed["out_trade_no"])
    desk.wait(180)
    if desk.read("amap_ride_status", ride_id=placed["ride_id"])["state"] == "cancelled":
        raise Stopped("SOLD_OUT", "the driver gave the ride back")
    return str(placed["ride_id"])


def _end(desk: Desk, text: str, done: dict[str, list[Option]]) -> tuple[float, float]:
    if text.startswith("@"):
        kind, _, end = text[1:].partition(".")
        options = done.get(kind) or []
        if options:
            return options[0].spots[0 if end == "from" else 1]
        return _old_end(desk, kind, end)
    if text in ("", "here"):
        lon, lat = desk.read("user_profile")["location"].split(",")
        return float(lon), float(lat)
    for entry in desk.read("user_addresses")["addresses"]:
        if fold(entry["label"]) == fold(text):
            lon, lat = entry["location"].split(",")
            return float(lon), float(lat)
    place = location(text, desk.scenario.city)
    if place is None:
        raise Stopped("NOT_FOUND", f"no place {text}")
    return place


def _old_end(desk: Desk, kind: str, end: str) -> tuple[float, float]:
    orders = [order for order in desk.read("fliggy_order_list")["orders"] if order["kind"] == kind]
    for order in orders:
        if order["state"] in LIVE:
            detail = desk.read("fliggy_order_detail", order_id=order["order_id"])
            if kind == "hotel":
                lon, lat = detail["location"].split(",")
                return float(lon), float(lat)
            code = detail["from_place" if end == "from" else "to_place"]
            place = terminal(kind, code)
            return place.lon, place.lat
    raise Stopped("NOT_FOUND", f"there is no {kind}")


def _pick_up(desk: Desk, want: RideWant, args: dict[str, Any], done: dict[str, list[Option]]) -> Instant | None:
    offset, day = desk.scenario.offset_min, want.date or desk.scenario.now.date()
    if want.at is not None:
        own, clock = parse_when(want.at)
        return instant(own or day, clock, offset)
    made = [option for kind in ("train", "flight") for option in done.get(kind, [])]
    moving = _times(desk) if not made else [(option.start, option.end) for option in made]
    if want.meets:
        return min((end for _, end in moving), default=desk.now) + 15 * MINUTE
    latest: Instant | None = None
    if want.by is not None:
        latest = when(want.by, day, offset) - 10 * MINUTE
    if want.in_time and moving:
        latest = min(start for start, _ in moving) - (want.margin_min + 20) * MINUTE
    if latest is None:
        return None
    seconds: int = desk.read("maps_direction_driving", origin=args["origin"], destination=args["destination"])[
        "duration"
    ]
    # Traffic at the hour of the ride may be heavier than now.
    return max(desk.now, latest - seconds * 1500 - 10 * MINUTE)


def _times(desk: Desk) -> list[tuple[Instant, Instant]]:
    orders = [o for o in desk.read("fliggy_order_list")["orders"] if o["kind"] in ("train", "flight")]
    return [
        (parse_iso(order["start"], 0), parse_iso(order["end"], 0))
        for order in orders
        if order["state"] in LIVE and parse_iso(order["end"], 0) > desk.now - HOUR
    ]
