"""Whether orders of goods or food are what was wanted: the things, how many, with which options, where and when."""

from __future__ import annotations

from collections import deque
from itertools import combinations

from mock_services.clock import MINUTE, local
from mock_services.geo import distance_m, fold
from mock_services.money import format_yuan
from mock_services.people import ADDRESSES
from scenarios.grading.case import Case, at
from scenarios.grading.forms import Goods, GoodsLine
from scenarios.grading.hits import Hit, Miss
from scenarios.naming import says, says_any
from scenarios.wants import ItemWant, OrderWant, ReaddressWant

SAME_PLACE_M = 100
MOST_ORDERS = 4
"""How many orders may together be what one want asks for (a shop's limit per order splits a large one)."""


def match_order(case: Case, kind: str, want: OrderWant) -> list[Hit]:
    """Every set of the episode's live orders that might be the wanted one."""
    live = [effect for effect in case.new(kind) if effect.live and isinstance(effect, Goods)]
    single = [Hit((order,), problems(case, want, (order,))) for order in live]
    if any(not hit.problems for hit in single) or len(live) < 2:
        return single
    fitting = [order for order in live if all(_wanted(want, line) for line in order.lines)][:8]
    several = [
        Hit(tuple(group), problems(case, want, tuple(group)))
        for size in range(2, min(MOST_ORDERS, len(fitting)) + 1)
        for group in combinations(fitting, size)
    ]
    return single + several


def problems(case: Case, want: OrderWant, orders: tuple[Goods, ...]) -> tuple[Miss, ...]:
    """What is wrong with these orders, taken together."""
    found = list(lines_problems(want, [line for order in orders for line in order.lines]))
    total = sum(_paid(case, order) for order in orders)
    for order in orders:
        found += _place_and_time(case, want, order)
        if want.shop and not says_any(order.shop, want.shop):
            found.append(Miss("shop", "from another shop"))
        if want.note and fold(want.note) not in fold(order.note):
            found.append(Miss("note", f"the note is {order.note!r}"))
    if want.total_at_most is not None and total > want.total_at_most:
        found.append(Miss("total_at_most", f"{format_yuan(total)} is above {format_yuan(want.total_at_most)}"))
    if want.about is not None and total * 100 > want.about * 115:
        found.append(Miss("about", f"{format_yuan(total)} is more than 15 % above {format_yuan(want.about)}"))
    if want.choice and not found:
        from scenarios.grading.choices import better_order

        found += better_order(case, want, orders, total)
    return tuple(found)


def a_part_of(case: Case, want: OrderWant, orders: tuple[Goods, ...]) -> bool:
    """Whether orders are some of what a want asks for, just as it asks for it, and no more: half an errand.

    What feeds a number of people is no part of anything: any amount of it is the whole, or too little.
    """
    if want.serves is not None or want.choice:
        return False
    lines = [line for order in orders for line in order.lines]
    for item in want.items:
        if sum(line.quantity for line in lines if fits(item, line)) > item.qty:
            return False
    wishes = [(item, options) for item in want.items for _, options in portions(item)]
    as_wished = all(any(fits(item, line) and with_options(options, line) for item, options in wishes) for line in lines)
    return as_wished and not [miss for miss in problems(case, want, orders) if miss.field not in ("qty", "options")]


def _paid(case: Case, order: Goods) -> int:
    deal = case.deals.get(order.ref)
    return deal.gone_fen if deal is not None else order.total_fen


def match_readdressed(case: Case, want: ReaddressWant) -> list[Hit]:
    """The order of before, if it still comes as it was ordered, and where it goes now."""
    order, was = case.after.get(case.named(want.order)), case.before.get(case.named(want.order))
    if not isinstance(order, Goods) or not isinstance(was, Goods):
        return [Hit((), (Miss("order", "there is no such order"),))]
    wrong = [] if order.live else [Miss("order", f"is {order.state}")]
    if order.lines != was.lines or order.total_fen != was.total_fen:
        wrong.append(Miss("order", "is of other things"))
    if order.due > was.due:
        wrong.append(Miss("order", "was put off"))
    if not _at(case, want.to, order):
        wrong.append(Miss("to", f"goes to {_label(case, order.address_id)!r} instead of {want.to!r}"))
    return [Hit((order,), tuple(wrong))]


# --- lines ---------------------------------------------------------------------------------------------------


def fits(item: ItemWant, line: GoodsLine) -> bool:
    """Whether a line is the thing that an item asks for, whatever its options."""
    if item.ids:
        # Where rows are named, the phrases are only what to search for.
        if not line.ids & set(item.ids):
            return False
    elif item.item and not says_any(line.text, item.item):
        return False
    if not all(tag in line.tags or says(line.text, tag) for tag in item.tags):
        return False
    return not any(word in line.tags or says(line.text, word) for word in item.not_)


def with_options(options: dict[str, str], line: GoodsLine) -> bool:
    """Whether a line has these options; a group or choice may be called by any of its names."""
    for group, choice in options.items():
        chosen = line.options.get(fold(group))
        if chosen is None and "spec" in line.options:
            if not any(fold(choice) in spec for spec in line.options["spec"]):
                return False
        elif chosen is None or fold(choice) not in chosen:
            return False
    return True


def _wanted(want: OrderWant, line: GoodsLine) -> bool:
    return any(fits(item, line) for item in want.items)


def portions(item: ItemWant) -> list[tuple[int, dict[str, str]]]:
    """(how many, options) of each portion of an item."""
    if not item.split:
        return [(item.qty, item.options)]
    made = []
    for part in item.split:
        options = {group: str(choice) for group, choice in part.items() if group != "qty"}
        made.append((int(part.get("qty", 1)), {**item.options, **options}))
    return made


def lines_problems(want: OrderWant, lines: list[GoodsLine]) -> tuple[Miss, ...]:
    """What is wrong with the lines: exactly the wanted portions must be there, no more and no less."""
    strange = [line for line in lines if not _wanted(want, line)]
    if strange:
        return (Miss("items", f"{strange[0].text[:60]} was not asked for"),)
    if want.serves is not None:
        fed = sum(line.serves * line.quantity for line in lines)
        if not all(with_options(item.options, line) for item in want.items for line in lines if fits(item, line)):
            return (Miss("options", "other ones"),)
        return (Miss("serves", f"feeds {fed} of {want.serves}"),) if fed < want.serves else ()
    needs = [(qty, item, options) for item in want.items for qty, options in portions(item)]
    wanted = sum(qty for qty, _, _ in needs)
    there = sum(line.quantity for line in lines)
    if there != wanted:
        return (Miss("qty", f"{there} instead of {wanted}"),)
    edges = [[fits(item, line) and with_options(options, line) for line in lines] for _, item, options in needs]
    served = _max_flow([qty for qty, _, _ in needs], [line.quantity for line in lines], edges)
    return () if served == wanted else (Miss("options", f"only {served} of {wanted} have the right ones"),)


def _max_flow(needs: list[int], stocks: list[int], edges: list[list[bool]]) -> int:
    """How many needed pieces the lines can serve at once (Edmonds-Karp on a bipartite graph; all sizes are tiny)."""
    given = [[0] * len(stocks) for _ in needs]
    left, free = list(needs), list(stocks)
    total = 0
    while True:
        # Breadth-first from a portion with an open need to a line with stock; back edges take portions back.
        came: dict[tuple[str, int], tuple[str, int] | None] = {("n", i): None for i, n in enumerate(left) if n}
        queue = deque(came)
        end: tuple[str, int] | None = None
        while queue and end is None:
            side, i = queue.popleft()
            if side == "n":
                steps = [("l", j) for j in range(len(stocks)) if edges[i][j]]
            else:
                if free[i]:
                    end = (side, i)
                    break
                steps = [("n", k) for k in range(len(needs)) if given[k][i]]
            for step in steps:
                if step not in came:
                    came[step] = (side, i)
                    queue.append(step)
        if end is None:
            return total
        node: tuple[str, int] = end
        free[node[1]] -= 1
        while (before := came[node]) is not None:
            if node[0] == "l":
                given[before[1]][node[1]] += 1
            else:
                given[node[1]][before[1]] -= 1
            node = before
        left[node[1]] -= 1
        total += 1


# --- where and when ------------------------------------------------------------------------------------------


def _place_and_time(case: Case, want: OrderWant, order: Goods) -> list[Miss]:
    found = []
    if want.to and not _at(case, want.to, order):
        found.append(Miss("to", f"goes to {_label(case, order.address_id)!r} instead of {want.to!r}"))
    offset = case.scenario.offset_min
    if want.date is not None:
        days = {local(moment, offset).date() for moment in (order.due, order.came) if moment}
        if want.date not in days:
            found.append(Miss("date", f"not on {want.date}"))
    if want.by is not None:
        by = at(case, want.by, want.date)
        if not any(0 < moment <= by for moment in (order.due, order.came)):
            found.append(Miss("by", f"not there by {want.by}"))
    if want.after is not None and not (order.came or order.due) >= at(case, want.after, want.date):
        found.append(Miss("after", f"there before {want.after}"))
    if want.within_min is not None:
        latest = order.created_at + want.within_min * MINUTE
        if not any(0 < moment <= latest for moment in (order.due, order.came)):
            found.append(Miss("within_min", f"not within {want.within_min} minutes"))
    return found


def _at(case: Case, to: str, order: Goods) -> bool:
    if to.startswith("contact:"):
        wanted = case.contact_address(to.removeprefix("contact:"))
        return bool(wanted) and order.address_id == wanted
    if to == "here":
        spot = order.spot or case.spot_of(order.address_id)
        return spot is not None and distance_m(*spot, *case.here()) <= SAME_PLACE_M
    row = case.world.state.get(ADDRESSES, order.address_id)
    if row is None:
        return False
    if fold(row.label) == fold(to) or row.id == case.named(to):
        return True
    # An address that the agent wrote itself has a label of its own choice; the words of the place must be in it.
    return row.label not in case.scenario.person.addresses and fold(to) in fold(row.text)


def _label(case: Case, address_id: str) -> str:
    row = case.world.state.get(ADDRESSES, address_id)
    return row.label if row is not None else address_id
