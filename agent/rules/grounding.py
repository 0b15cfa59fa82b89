"""Things grounded in what shops sell: how far the name of a thing goes, and which nouns name none.

A noun phrase found by leaving out known words can be too long ("mochas sent"), too short ("set" of "business set
meals") or no thing at all ("sent" of "please have it sent"). What the search finds decides.
"""

from __future__ import annotations

import re

from agent.grammar import Count
from agent.rules.cues import Cue
from agent.rules.kinds import NOT_GOODS
from agent.rules.nouns import Noun
from agent.rules.scene import Clause, Scene
from agent.steps.match import plainness
from agent.steps.options import option_words

SURE, LIKELY = 90, 60
MOST_TOKENS = 9
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
_MEASURE_OF = re.compile(r"\s*(?:\w+\s+)?of\s+(?:the\s+|a\s+)?", re.IGNORECASE)
_CLASSIFIER = re.compile(
    r"\s*(?:(?:个|份|杯|碗|盒|瓶|束|支|包|套|件|双|只|条|块|罐|袋|箱|桶|盘|人份)的?(?=[\u3400-\u9fff])"
    r"|(?:porsi|mangkuk|mangkok|gelas|cup|bungkus|kotak|botol|buah(?= \w)|biji(?! kopi)|pasang|pak|pack|dus"
    r"|ikat)\s+(?=\w))"
)
_SPEC = re.compile(
    r"\s*\d+(?:[.,]\d+)?[\s-]?(?:ml|毫升|kg|公斤|千克|cm|厘米|公分|mah|毫安时?|gb|tb|克|瓦|w|g|l|升|gram|liter|litre|inch|inci|寸|英寸)"
    r"(?![a-z])\s*(?:的|装|款)?\s*",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\s*(?:an?|some|the|my|our|one|this|that|another|more|extra|something)\s+", re.IGNORECASE)
_APART = re.compile(
    r"\s(?:each|every|for|to|from|at|on|in|by|via|please|pls|sent|delivered|brought|online|here|there|now|today|tomorrow|untuk|buat|di|ke|dari|tolong|ya|dong|aja|yang)(?=\s|$)",
    re.IGNORECASE,
)
"""Words behind which a name does not go on."""
_BEFORE_NAME = re.compile(r"\W*(?:(?:an?|some|the|my|one|more|of|cups?|bowls?|glass(?:es)?|杯|碗|个|份|的)\W*)*")
_JOINS_ON = re.compile(r"(?:\s+(?:and|n|plus|dan|sama|or|atau)|[和跟、]|\s*[+&])\s*$", re.IGNORECASE)
_AGAINST = re.compile(
    r"(?:(?:an?|one|\d+)\s+\w+\s+of\s+)?\b(?:something|anything|sth)\s+(?:for|against)\s+(?:an?\s+|my\s+|the\s+|her\s+|his\s+)?"
    r"(\w+(?: \w+)?)(?=\s*(?:[,.?!;]|$|and\b|please\b))"
)
"""Something for a fever: what it is against is all that is known of it."""
_NO_THING = re.compile(
    r"(?:一个|同一)?(?:地址|地方|单子?|订单|账号|账户|会|人)|(?:the\s)?(?:same\s)?(?:address|addresses|places?|accounts?|orders?|meetings?|times?|alamat|tempat|akun)",
    re.IGNORECASE,
)
_STOP = re.compile(r"(?<!\d),|,(?!\d{3})|[;.!?。、\n\"“”():]|\s[-–—]\s")
_EMPTY_WORDS = frozenset(
    [
        "size",
        "ukuran",
        "pack",
        "packs",
        "kind",
        "kinds",
        "box",
        "boxes",
        "with",
        "of",
        "them",
        "those",
        "these",
        "to",
        "for",
        "in",
        "on",
        "by",
        "me",
        "us",
        "you",
        "it",
        "and",
        "or",
        "no",
        "not",
        "is",
        "are",
        "be",
        "tanpa",
        "dan",
        "yang",
        "untuk",
        "buat",
        "di",
        "ke",
        "ya",
        "itu",
        "saja",
        "aja",
        "yg",
        "the",
        "a",
        "an",
    ]
)
_VERBS = frozenset({"goal.buy", "strong.buy", "deliver", "book"})


class Menu:
    """What shops say to words, for one purchase. ``parcels``: it is to come as a parcel."""

    def __init__(self, scene: Scene, *, parcels: bool) -> None:
        self.scene, self.parcels = scene, parcels

    def relevance(self, words: str) -> int:
        """How well the best thing that is sold fits words, from 0 to 100."""
        dishes = max((int(d["relevance"]) for d in self.scene.dishes(words)), default=0) if not self.parcels else 0
        if dishes >= LIKELY:
            return dishes
        return max(dishes, max((int(hit["relevance"]) for hit in self.scene.listed(words)), default=0))

    def is_named(self, words: str) -> bool:
        """Whether words are about the whole name of something that is sold, and not just one word of it."""
        rows = self.scene.dishes(words) if not self.parcels else []
        named = [(d["name"], d["name_en"]) for d in rows if d["relevance"] >= SURE]
        if self.parcels or not named:
            named += [(h["title"], h["name_en"]) for h in self.scene.listed(words) if h["relevance"] >= SURE]
        if any(plainness(words, *names) >= 0.5 for names in named):
            return True
        return not words.isascii() and bool(named or self.relevance(words) >= SURE) and len(words) > 1

    def _is_whole_name(self, words: str) -> bool:
        rows = self.scene.listed(words) if self.parcels else self.scene.dishes(words)
        return any(
            row["relevance"] >= SURE and plainness(words, row.get("name") or row["title"], row["name_en"]) >= 0.5
            for row in rows
        )

    def longest(self, text: str, *, counted: bool = True) -> tuple[int, int] | None:
        """Where in a stretch, which begins with it, the longest name of something that is sold stands."""
        begin = 0
        for skip in (_ARTICLE, _CLASSIFIER, *((_MEASURE_OF,) if counted else ())):
            match = skip.match(text, begin)
            if match and match.end() < len(text):
                begin = match.end()
        spec = _SPEC.match(text, begin)
        with_spec = self._from(text, begin)
        if spec is None or spec.end() >= len(text) or (with_spec is not None and with_spec[1] > spec.end()):
            return with_spec
        return self._from(text, spec.end())

    def _from(self, text: str, begin: int) -> tuple[int, int] | None:
        cut = _APART.search(text, begin)
        stretch = _JOINS_ON.sub("", text[begin : cut.start() if cut else len(text)])
        tokens = list(_TOKEN.finditer(text, begin, begin + len(stretch)))[:MOST_TOKENS]
        if not tokens:
            return None
        start = tokens[0].start()
        words = text[start : tokens[-1].end()].strip(" ,.'")
        if words.casefold() in _EMPTY_WORDS or len(words) < (2 if not words.isascii() else 3):
            return None
        if self.relevance(words) >= LIKELY:
            return start, start + len(words)
        if words.isascii():
            # What stands behind an English or Indonesian name most often says which sort of it is wanted.
            return None
        for last in range(len(tokens) - 2, max(1, len(tokens) - 5), -1):
            shorter = text[start : tokens[last].end()].strip(" ,.'")
            if len(re.findall(r"[\u3400-\u9fff]", shorter)) >= 3 and self._is_whole_name(shorter):
                return start, start + len(shorter)
        return None


def grounded(clause: Clause, found: list[Noun], menu: Menu, taken: tuple[tuple[int, int], ...]) -> list[Noun]:
    """The noun phrases of a clause with the length that shops give them; those that nobody sells stay as they are."""
    if menu.scene.desk is None:
        return found
    kept: list[Noun] = []
    for match in _AGAINST.finditer(clause.low):
        start, end = clause.start + match.start(1), clause.start + match.end(1)
        first = next((n for n in found if n.end > clause.start + match.start()), None)
        kept.append(Noun(clause.start + match.start(), end, match.group(1).strip(), first.lead if first else None))
        found = [n for n in found if n.start >= end or n.end <= clause.start + match.start()]
    for begin, noun in _begins(clause, found, taken):
        stop = _stop(clause, begin, taken)
        if noun is not None and begin <= noun.start < stop and not noun.words.isascii():
            # What stands behind a Chinese noun phrase is particles.
            stop = min(stop, noun.end)
        stretch = clause.text[begin - clause.start : stop - clause.start]
        if noun is not None and noun.start < stop and stretch.strip(" ,.") == noun.words:
            known = noun.words.isascii() or menu.relevance(noun.words) >= LIKELY
            if known and not _APART.search(stretch):
                continue
        if len(found) == 1 and noun is not None and _is_long(noun) and menu.relevance(noun.words) >= SURE:
            continue
        at = menu.longest(stretch, counted=any(c.end == begin for c in clause.of(Count)))
        if at is None:
            continue
        start, end = begin + at[0], begin + at[1]
        if any(n.start < end and start < n.end for n in kept):
            continue
        words = clause.text[start - clause.start : end - clause.start].strip()
        if noun is not None and noun.start < end and start < noun.end:
            own, whole = menu.relevance(noun.words), menu.relevance(words)
            left = clause.low[start - clause.start : max(start, noun.start) - clause.start]
            wider = start <= noun.start and noun.end <= end and len(words) > len(noun.words)
            wider = wider and not option_words(left) and not re.search(r"\d", left)
            if own >= LIKELY and not (wider and whole >= max(own, SURE)) and not whole >= SURE > own:
                continue
        if any(_whole_cue(cue, start, end) for cue in clause.cues):
            continue
        kept.append(Noun(start, end, words, noun.lead if noun is not None else None))
    rest = [n for n in found if not any(k.start < n.end and n.start < k.end for k in kept)]
    return sorted([*kept, *rest], key=lambda noun: noun.start)


def _whole_cue(cue: Cue, start: int, end: int) -> bool:
    """Whether a stretch is nothing but a word that names a meal or a sort of order."""
    return cue.start <= start and end <= cue.end and any(c.startswith(("meal.", "what.")) for c in cue.concepts)


def _begins(clause: Clause, found: list[Noun], taken: tuple[tuple[int, int], ...]) -> list[tuple[int, Noun | None]]:
    """Where names can begin: behind a count of goods, else behind a verb of wanting."""
    counts = [c for c in clause.of(Count) if c.unit not in NOT_GOODS]
    if counts and found and found[0].start < counts[0].start:
        # "termometer 1, paracetamol 1": every count stands behind its thing.
        counts = []
    begins: list[tuple[int, Noun | None]] = []
    for count in counts:
        if any(start <= count.start < end for start, end in taken):
            continue
        begins.append((count.end, next((n for n in found if n.start >= count.end), None)))
    for noun in found:
        if noun.lead is not None and _VERBS.intersection(noun.lead.concepts):
            begins.append((noun.start, noun))
        verbs = [c for c in clause.cues if _VERBS.intersection(c.concepts) and c.end <= noun.start]
        if verbs and not any(verbs[-1].end <= c.start < noun.start for c in counts):
            begins.append((verbs[-1].end, noun))
    verbs = [c for c in clause.cues if "strong.buy" in c.concepts]
    named = next((c for c in clause.cues if verbs and c.start >= verbs[-1].end), None)
    if not found and not counts and named is not None and not any(c.startswith("meal.") for c in named.concepts):
        # "pesan paket makan siang bisnis": every word of the name means something else by itself.
        begins.append((verbs[-1].end, None))
    return sorted(begins, key=lambda row: row[0])


def _stop(clause: Clause, begin: int, taken: tuple[tuple[int, int], ...]) -> int:
    """Where a name that begins there must have ended: at the next number, mark, option or known stretch."""
    ends = [s.start for s in clause.spans if s.start >= begin]
    ends += [start for start, _ in taken if start >= begin]
    low = clause.low[begin - clause.start :]
    # A single character is more often a part of a name: 大 of 大米.
    marks = [(a, b) for a, b, _ in option_words(low) if b - a > 1]
    ends += [begin + start for start, _ in marks if _BEFORE_NAME.fullmatch(low[:start]) is None]
    mark = _STOP.search(low)
    if mark is not None:
        ends.append(begin + mark.start())
    return min([*ends, clause.end])


def names_thing(noun: Noun, clause: Clause, menu: Menu) -> bool:
    """Whether a noun counts as a thing to buy where another one surely is: it is counted, asked for, listed or on sale.

    What somebody asks for in so many words stays even if nobody sells it, so that they hear of it.
    """
    if _NO_THING.fullmatch(noun.words) or (len(noun.words) == 1 and not menu.is_named(noun.words)):
        return False
    if any(c.unit not in NOT_GOODS and 0 <= noun.start - c.end <= 12 for c in clause.of(Count)):
        return True
    before = clause.low[: noun.start - clause.start]
    if _GIVEN.search(before) or _on_list(noun, clause):
        return True
    led = noun.lead is not None and "goal.buy" in noun.lead.concepts and noun.lead.form not in _WEAK
    if led and "buy" in clause.kinds:
        return True
    value = menu.relevance(noun.words)
    if noun.lead is not None and _VERBS.intersection(noun.lead.concepts) and value >= LIKELY:
        return True
    if any(c.unit not in NOT_GOODS and 0 <= c.start - noun.end <= 6 for c in clause.of(Count)):
        return value >= LIKELY or "buy" in clause.kinds
    return (_is_long(noun) and value >= SURE) or menu.is_named(noun.words)


_WEAK = frozenset(
    {
        "mau",
        "pengen",
        "pengin",
        "要",
        "来",
        "想",
        "需要",
        "i want",
        "i need",
        "want",
        "need",
        "get",
        "have",
        "it",
        "送",
        "送到",
    }
)
"""Verbs that lead to things and to anything else."""
_GIVEN = re.compile(
    r"\b(?:an?|one|some|another|any|satu|sebuah|seporsi|segelas|sebotol|sekotak)\s+(?:\d\w*\s+)?(?:\w+\s+of\s+)?$"
)


def _on_list(noun: Noun, clause: Clause) -> bool:
    """Whether a noun is joined to a thing before it, or a clause is nothing but it, as in a list."""
    before = [c for c in clause.cues if c.end <= noun.start]
    joined = bool(before) and "and" in before[-1].concepts and noun.start - before[-1].end <= 1
    opens = noun.start - clause.start <= 2 and not clause.kinds
    alone = opens and noun.end >= clause.end - 2 and all("fn" not in c.concepts for c in clause.cues)
    heads = opens and any("and" in c.concepts and c.start - noun.end <= 1 and c.start >= noun.end for c in clause.cues)
    return joined or alone or heads


def is_sure(noun: Noun, clause: Clause, menu: Menu) -> bool:
    """Whether a noun is counted or asked for, and on sale."""
    counted = any(
        c.unit not in NOT_GOODS and (0 <= noun.start - c.end <= 12 or 0 <= c.start - noun.end <= 1)
        for c in clause.of(Count)
    )
    led = noun.lead is not None and bool(_VERBS.intersection(noun.lead.concepts))
    if (counted or (led and menu.is_named(noun.words))) and menu.relevance(noun.words) >= LIKELY:
        return True
    return _is_long(noun) and menu.relevance(noun.words) >= SURE


def _is_long(noun: Noun) -> bool:
    """Whether a name has more than one word, so that a search finds it by no chance."""
    return len(noun.words) > 2 if not noun.words.isascii() else len(noun.words.split()) > 1
