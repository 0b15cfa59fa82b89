"""English words of the grammar; the codes are explained in the package."""

from __future__ import annotations

from agent.grammar.tables import Rows

_NAMES = (
    ("monday", "mon"),
    ("tuesday", "tue", "tues"),
    ("wednesday", "wed", "weds"),
    ("thursday", "thu", "thur", "thurs"),
    ("friday", "fri"),
    ("saturday", "sat"),
    ("sunday", "sun"),
)
_SHIFT: tuple[tuple[str, int | None], ...] = (("", None), ("this ", 0), ("next ", 1), ("nxt ", 1), ("last ", -1))
_MONTHS = (
    "january, jan",
    "february, feb",
    "march, ~mar",
    "april, apr",
    "may",
    "june, jun",
    "july, jul",
    "august, aug",
    "september, sept, sep",
    "october, oct",
    "november, nov",
    "december, dec",
)
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)

# Frequent words that tell the language and mean nothing to the grammar.
HINTS = (
    "a an the i me my you u can to for of on in at is it and or with please pls get order book find need want "
    "under by before after if not send buy pay what how when from today tomorrow tonight next this are have "
    "back below around max cancel "
)

ROWS: Rows = [
    ("D", 0, "today, 2day, tdy, today's"),
    (
        "D",
        1,
        "tomorrow, tomorrow's, tomorrows, tmrws, tmrw's, tmrw, tmr, tomorow, tommorow, tommorrow, tomo, 2moro, tomoz",
    ),
    ("D", 2, "day after tomorrow, the day after tomorrow, overmorrow"),
    ("D", -1, "yesterday"),
    ("D", -2, "day before yesterday, the day before yesterday"),
    *(("W", (day, shift), pre + name) for pre, shift in _SHIFT for day, names in enumerate(_NAMES) for name in names),
    *(("v", (day,), f"{names[0]}s") for day, names in enumerate(_NAMES)),
    ("Q", ("week", 0), "this week"),
    ("Q", ("week", 1), "next week"),
    ("Q", ("week", -1), "last week"),
    ("Q", ("weekend", 0), "this weekend, the weekend, weekend, this wkend, wkend"),
    ("Q", ("weekend", 1), "next weekend"),
    ("Q", ("weekend", -1), "last weekend"),
    ("Q", ("week_end", 0), "end of the week, end of week"),
    ("Q", ("month", 0), "this month"),
    ("Q", ("month", 1), "next month"),
    ("Q", ("month", -1), "last month"),
    ("Q", ("month_end", 0), "end of the month, end of month, month end"),
    ("Q", ("month_end", 1), "end of next month"),
    ("Q", ("year_end", 0), "end of the year, end of year"),
    *(("M", month, words) for month, words in enumerate(_MONTHS, 1)),
    ("=", None, "the same day, same day, that day"),
    ("=", "morning", "the same morning, same morning, that morning"),
    ("=", "afternoon", "the same afternoon, same afternoon, that afternoon"),
    ("=", "evening", "the same evening, same evening, that evening"),
    ("=", "night", "the same night, same night, that night"),
    ("P", "morning", "morning, in the morning, early morning, mornings, mrng"),
    ("P", "noon", "lunchtime, lunch time, at lunchtime, midday"),
    ("P", "afternoon", "afternoon, in the afternoon, arvo"),
    ("P", "evening", "evening, in the evening, eve"),
    ("P", "night", "night, at night"),
    ("E", (0, "morning"), "this morning"),
    ("E", (0, "afternoon"), "this afternoon, this arvo"),
    ("E", (0, "evening"), "this evening"),
    ("E", (0, "night"), "tonight, tonite, 2nite"),
    ("E", (-1, "night"), "last night"),
    ("o", None, "o'clock, oclock, o clock"),
    ("A", "am", "am, a.m., a.m"),
    ("A", "pm", "pm, p.m., p.m"),
    ("H", 30, "half past"),
    ("H", 15, "quarter past, a quarter past, quarter after"),
    ("H", -15, "quarter to, a quarter to, quarter of"),
    ("^", 1, "past, minutes past"),
    ("^", -1, "minutes to, mins to"),
    ("T", (12, 0), "noon, 12 noon, midday"),
    ("T", (18, 0), "eod, end of day, end of the day, close of business, cob"),
    ("T", (0, 0), "midnight, 12 midnight"),
    ("B", "on", "on"),
    ("B", "at", "at, @"),
    (
        "B",
        "by",
        (
            "by, no later than, not later than, by around, latest by, latest, at the latest by, due, "
            "arriving by, arrive by, due by, due on"
        ),
    ),
    ("B", "before", "before, b4, ahead of, prior to"),
    (
        "B",
        "after",
        "after, not before, not b4, no earlier than, not earlier than, no sooner than, not any earlier than",
    ),
    ("B", "from", "from, starting, since, starting from"),
    ("B", "until", "until, till, til, through, thru"),
    ("b", "by", "at the latest, latest, at the very latest"),
    ("b", "after", "onwards, or later, or after, at the earliest"),
    ("b", "before", "or earlier, or before"),
    ("b", "about", "or so, ish, or thereabouts"),
    ("$", "CNY", "¥, rmb, cny, cn¥"),
    ("$", "USD", "$, usd, us$"),
    ("$", "EUR", "€"),
    ("u", "CNY", "yuan, kuai, rmb, cny, renminbi, yuans, ¥, kuais, quai, bucks"),
    ("u", "USD", "usd, dollars, dollar, $"),
    ("u", "EUR", "euro, euros, eur, €"),
    ("j", None, "jiao, mao"),
    ("L", "budget", "budget, my budget, a budget of, budget of"),
    (
        "L",
        "at_most",
        (
            "max, maximum, at most, up to, upto, no more than, not more than, not over, not above, "
            "within, cap of, capped at, max of, maximum of, a max of, limit, limit of, don't exceed, "
            "dont exceed, not exceeding, must not exceed, keep it to, no higher than, cap, ≤, <=, "
            "shouldn't exceed, not exceed, don't go over, dont go over, doesn't exceed, never over, "
            "can't exceed, nothing over, nothing above, nothing more than, not a penny over"
        ),
    ),
    ("L", "below", "under, below, less than, cheaper than, lower than, <, fewer than, beneath"),
    ("L", "at_least", "at least, no less than, not less than, a minimum of, minimum, minimum of, ≥, >="),
    ("L", "above", "over, above, more than, exceeds, exceed, higher than, >, exceeding, beyond"),
    ("L", "about", "about, around, approx, approximately, roughly, circa, ~, ard, abt, something like, some"),
    ("l", "at_most", ("or less, max, tops, at most, maximum, or under, or below, cap, or cheaper, top, limit, budget")),
    ("l", "at_least", "or more, at least, minimum, or above, or better, or higher, and up, and above, or up, plus"),
    ("l", "about", "or so, ish, give or take, -ish"),
    (
        "p",
        "total",
        (
            "total, in total, all in, altogether, all together, overall, total of, in all, all-in, "
            "grand total, the lot, all up, for everything, for all of it, for the whole thing, for the whole trip, "
            "everything included, including everything"
        ),
    ),
    ("p", "each", "each, apiece, a piece, a pop, a cup, each one"),
    ("p", "person", "pp, p/p, a head, a person, each person, per head"),
    ("p", "night", "a night, per night, nightly, each night, pn, p/n"),
    ("p", "day", "a day, each day"),
    ("/", None, "per, /"),
    ("v", (0, 1, 2, 3, 4, 5, 6), "every day, everyday, daily, each day"),
    (
        "v",
        (0, 1, 2, 3, 4),
        (
            "weekdays, every weekday, each weekday, on weekdays, working days, every working day, "
            "workdays, every workday"
        ),
    ),
    ("v", (5, 6), "weekends, every weekend, on weekends"),
    ("Z", None, "every"),
    (
        "V",
        None,
        (
            "transfer, pay, paid, send her, send him, cost, costs, charged, worth, price, top up, topup, "
            "spend, fare, wire, refund of, transferred, it's for, topping up"
        ),
    ),
    ("V", "soft", "send, give, wire, spend up"),
    *(
        ("U", key, words)
        for key, words in (
            ("cup", "cup, cups, cups of"),
            ("bag", "bag, bags, pack, packs, packet, packets, sachets"),
            ("box", "box, boxes, carton, cartons, case of"),
            ("pair", "pair, pairs, pair of"),
            ("bottle", "bottle, bottles, can, cans"),
            ("piece", "piece, pieces, pcs, pc, pieces of"),
            ("portion", "portion, portions, serving, servings, slices, slice"),
            ("set", "set, sets"),
            (
                "person",
                (
                    "people, persons, person, pax, ppl, of us, guests, guest, passengers, passenger, travellers, "
                    "travelers, friends, colleagues, coworkers, folks, guys, heads"
                ),
            ),
            ("child", "kids, kid, children, child, kiddos, toddlers"),
            ("adult", "adult, adults, grown-ups, grownups, seniors"),
            ("night", "night, nights, nite, nites"),
            ("ticket", "ticket, tickets, tix, seats, seat"),
            ("room", "room, rooms"),
            ("time", "times"),
            ("stop", "stop, stops, stopover, stopovers, layover, layovers, transfers, connections, connection"),
            ("bunch", "bunch, bunches, bouquets, bouquet"),
            ("suitcase", "suitcases, suitcase, luggage, bags of luggage"),
            ("year", "years, years old, yo, y/o, yrs"),
            ("car", "cars"),
            ("", "of them, of those, of each, of these"),
        )
    ),
    ("G", (12, ""), "a dozen, dozen"),
    ("G", (6, ""), "half a dozen, half dozen"),
    ("G", (2, ""), "a couple of, a couple, couple of, a pair, both of"),
    ("G", (2, "person"), "both of us, us two, the two of us, just the two of us"),
    ("G", (2, "pair"), "two pairs of"),
    ("G", (1, "pair"), "a pair of, one pair of"),
    ("G", (2, "night"), "a couple of nights, a couple nights"),
    ("t", 1, "min, mins, minute, minutes, minuts"),
    ("t", 60, "hour, hours, hr, hrs, h"),
    ("t", 1440, "day, days"),
    ("t", 10080, "week, weeks, wks"),
    ("x", 30, "half an hour, half hour, a half hour, half an hr"),
    ("x", 60, "an hour, an hr, the hour"),
    ("x", 90, "an hour and a half, one and a half hours"),
    ("x", 15, "a quarter of an hour, quarter of an hour"),
    ("x", 45, "three quarters of an hour"),
    ("x", 120, "a couple of hours, a couple hours"),
    ("x", 1440, "one day"),
    ("x", 10080, "a week"),
    ("b", "later", "from now, later, out"),
    ("I", "after", "in"),
    ("I", "within", "within the next, in the next, in under, in less than"),
    ("K", "for", "for"),
    ("S", None, "star, stars, starred"),
    ("g", 1, "m, meters, metres, meter, metre"),
    ("g", 1000, "km, kms, kilometers, kilometres, kilometer, kilometre, k's"),
    ("g", 1609, "mile, miles"),
    ("%", None, "%, percent, per cent, pct"),
    (
        "#",
        None,
        (
            "iphone, ipad, mate, pixel, ps, galaxy, redmi, mi, windows, version, v, model, line, "
            "platform, gate, terminal, room no, room number, no., number, no, seat, floor, building, "
            "unit, block, apt, apartment, size, exit, flat, suite, order number, order no, order no., "
            "order id, order #, car no, ending, ending in, type, category, cat"
        ),
    ),
    (
        "z",
        None,
        (
            "kg, g, ml, l, w, gb, tb, mah, inch, inches, cm, mm, class, floor, ghz, hz, kilos, kilo, "
            "grams, litre, litres, liter, liters, oz, lb, lbs, in 1, way, ways, watt, watts, volt, ply, "
            "sqm, percenters, bedroom, bed, th floor"
        ),
    ),
    ("z", "street", "road, street, rd, lane, avenue, ave, boulevard"),
    ("k", None, "x, ×"),
    ("<", None, "between"),
    ("-", None, "-, –, —, to"),
    *(("1", ("unit", value), word) for value, word in enumerate(_UNITS.split())),
    *(
        ("1", ("tens", value), word)
        for value, word in zip(
            range(20, 100, 10),
            ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
            strict=True,
        )
    ),
    ("1", ("scaled", 100), "a hundred"),
    ("1", ("scaled", 1000), "a thousand, a grand"),
    ("1", ("scale", 100), "hundred, hundreds"),
    ("1", ("scale", 1000), "thousand, grand"),
    (
        "_",
        None,
        (
            "and, or, pls, plz, please, with, w, including, incl, the, is, thx, thanks, then, so, "
            "because, near, but, if, of, it, be, &, if possible, delivered, for the, via, when, while, "
            "as, lol, ok, ty, cuz, since it, that, all, my, on my, sharp, just, only, flat, left"
        ),
    ),
    (
        ".",
        None,
        (
            "7-eleven, 7eleven, the sun, sat in, sat on, coke zero, once a week, twice a week, "
            "times a week, good morning, good evening, good afternoon, good night, non-stop, on time, "
            "in time, at all, at home, at work, one way, no one, someone, one back, the one, that one, "
            "this one, which one, first one, another one, one more time, at once, one of, in case, "
            "over to, over there, over here, all over, 24/7, second hand, max out, no problem, no rush, "
            "pay for, pay the, after all, about to, what about, how about, by the way, by train, by car, "
            "by plane, by bus, by air, by taxi, wake up, no idea, per my, on my way, in order to, "
            "in order, order a, order me, order some, order the, order from, order for, budget hotel, "
            "budget airline, budget flight, budget hotels, night market, night shift, night view, "
            "night bus, night train, morning call, overnight, no pork, no sugar, no ice, any one, "
            "each other, over budget, under budget, one-way, one stop shop, daily necessities, may i, "
            "may we, may you, may be, sat down, sat nav, one day only, sun screen, sun cream, mon ami, "
            "no spice, some more, some one, may need, may want, min charge, star anise, starbucks"
        ),
    ),
]
