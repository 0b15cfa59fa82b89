"""The things of a purchase: noun phrases, how many of each, split by options."""

from __future__ import annotations

import re

from agent.grammar import Count
from agent.rules.domains import Draft
from agent.rules.nouns import Noun, nouns
from agent.rules.scene import Clause, Scene
from agent.steps.options import option_words
from agent.task import Item, Part

NOT_GOODS = frozenset(
    {"person", "adult", "child", "night", "room", "day", "week", "month", "hour", "minute", "time", "km"}
)
TAGS = ("halal", "vegan", "vegetarian", "gluten_free")
TEMPERATURE = frozenset({"hot", "iced", "warm"})
CLEAR = frozenset(
    {"no_sugar", "less_sugar", "half_sugar", "low_sugar", "full_sugar", "less_ice", "no_ice", "normal_ice", "large",
     "medium", "small", "not_spicy", "mild", "medium_spicy", "no_coriander", "no_onion"}
)  # fmt: skip
"""Wishes that are never a part of a thing's name if they are more than one character long."""

_EDGE = re.compile(r"^[的个份杯些点儿吧]+(?=..)|[的了吧啊呢哦呀]+$")
_JOINED = re.compile(r"(?<=[\u3400-\u9fff]{2})[和跟](?=[\u3400-\u9fff]{2})")
_OF = re.compile(r"^(?:of|de|with)\s+", re.IGNORECASE)


class Reader:
    """Reads the items of a draft. ``stretches`` of the sentence speak of something else."""

    def __init__(self, draft: Draft, scene: Scene, stretches: list[tuple[int, int]]) -> None:
        self.draft, self.scene, self.stretches = draft, scene, tuple(stretches)
        self._tags: dict[str, tuple[str, ...]] = {}

    def tags_of(self, item: Item) -> tuple[str, ...]:
        """The tags that stand in the clause of an item."""
        return self._tags.get(item.text, ())

    def items(self) -> tuple[Item, ...]:
        """The things, in order."""
        found: list[Item] = []
        parts: list[list[Part]] = []
        context = ""
        named = any("buy" in c.kinds for c in self.draft.clauses)
        for clause in self.draft.clauses:
            things = self.things(clause)
            counts = [c for c in clause.of(Count) if c.unit not in NOT_GOODS]
            options = self.options(clause, things)
            wanted = self._is_wanted(clause, things, counts, named, bool(found))
            if things and wanted:
                if clause.has("correction") and found:
                    found.pop(), parts.pop()
                if clause.has("hedge") and found and not self._counted(parts[-1]):
                    found.pop(), parts.pop()
                for noun, words in self._split(things):
                    count = self._count_for(noun, counts, len(things) > 1)
                    found.append(Item(words, text=self._text(clause)))
                    parts.append([Part(count, options)])
                    self._tags[self._text(clause)] = tuple(t for t in TAGS if clause.has(t))
            elif things:
                context = context or things[0].words
            elif counts or options or (clause.has("goal.buy") and context and not found):
                if found and ("buy" not in clause.kinds or not context):
                    self._add_part(parts[-1], counts, options)
                    found[-1] = _with_text(found[-1], self._text(clause))
                elif not found and (context or counts) and "buy" in clause.kinds:
                    found.append(Item(self._clean(context), text=self._text(clause)))
                    parts.append([Part(counts[0].n if counts else 1, options)])
        return tuple(_with_parts(item, rows) for item, rows in zip(found, parts, strict=True))

    def things(self, clause: Clause) -> list[Noun]:
        """The noun phrases of a clause that can be goods."""
        blocked = [*self.stretches]
        if clause.has("owner_pay", "event_end"):
            return []
        if clause.has("event") and "buy" not in clause.kinds:
            return []
        kept = []
        for noun in nouns(clause, without=tuple(blocked)):
            words = self._clean(noun.words)
            if words and not (noun.lead is not None and "not_thing" in noun.lead.concepts):
                kept.append(Noun(noun.start, noun.end, words, noun.lead))
        generic = clause.cue(*TAGS)
        if not kept and generic is not None and clause.start and clause.has("and", "connector"):
            kept.append(Noun(generic.start, generic.end, generic.form, None))
        return kept

    def _is_wanted(self, clause: Clause, things: list[Noun], counts: list[Count], named: bool, some: bool) -> bool:
        if not things:
            return False
        if clause.has("running_out"):
            return not named
        if "buy" in clause.kinds or clause.has("hedge"):
            return True
        if not named:
            return not some or bool(counts) or clause.has("and", "connector")
        if not some:
            return False
        if clause.has("correction") or counts:
            return True
        starts = clause.cues and clause.cues[0].start - clause.start <= 1
        opener = clause.cues[0] if starts else None
        if opener is not None and {"and", "connector"}.intersection(opener.concepts):
            return True
        # A list: "two lattes, a bagel" or "milk, eggs, bread".
        bare = things[0].start - clause.start <= 2 and len(things) == 1
        listed = opener is not None and opener.form in ("a", "an", "some", "one", "another")
        return (bare and things[0].end >= clause.end - 2 and len(things[0].words.split()) <= 3) or listed

    @staticmethod
    def _counted(rows: list[Part]) -> bool:
        return sum(row.quantity for row in rows) > 1

    def _split(self, things: list[Noun]) -> list[tuple[Noun, str]]:
        main = self._main(things)
        rows = [(main, words) for words in _JOINED.split(main.words)]
        rows += [
            (n, n.words) for n in things if n is not main and n.lead is not None and {"and"} & set(n.lead.concepts)
        ]
        return rows

    @staticmethod
    def _main(things: list[Noun]) -> Noun:
        for noun in things:
            if noun.lead is not None and {"goal.buy", "strong.buy"}.intersection(noun.lead.concepts):
                return noun
        return things[0]

    def _count_for(self, noun: Noun, counts: list[Count], several: bool) -> int:
        before = [c for c in counts if c.end <= noun.start]
        after = [c for c in counts if c.start >= noun.end]
        if before:
            return before[-1].n
        return after[0].n if after else 1

    def options(self, clause: Clause, things: list[Noun]) -> tuple[str, ...]:
        """The options that a clause names, in the person's words."""
        low = self._blanked(clause)
        found = []
        for start, end, wish in option_words(low):
            form = low[start:end]
            if len(form) == 1 and not self._stripped(clause, start):
                continue
            if wish in CLEAR or wish in TEMPERATURE:
                found.append(form)
        return tuple(dict.fromkeys(found))

    def _stripped(self, clause: Clause, at: int) -> bool:
        """Whether a single-character option was taken off the front of a noun, or stands alone."""
        for noun in nouns(clause, without=self.stretches):
            if noun.start <= clause.start + at < noun.end:
                return noun.start == clause.start + at and not self._clean(noun.words).startswith(clause.low[at])
        return any(c.start <= clause.start + at < c.end and len(c.form) == 1 for c in clause.cues)

    def _blanked(self, clause: Clause) -> str:
        low = list(clause.low)
        for start, end in self.stretches:
            for i in range(max(0, start - clause.start), min(len(low), end - clause.start)):
                low[i] = " "
        for cue in clause.cues:
            # 大概, 小事: the character is a part of another word.
            if cue.end - cue.start > 1 and not any(w in cue.form for w in ("ice", "sugar", "大的", "热的", "冰的")):
                for i in range(cue.start - clause.start, cue.end - clause.start):
                    low[i] = " "
        return "".join(low)

    def _text(self, clause: Clause) -> str:
        """The clause without the stretches that speak of other things."""
        text = list(clause.text)
        for start, end in self.stretches:
            for i in range(max(0, start - clause.start), min(len(text), end - clause.start)):
                text[i] = " "
        return re.sub(r"\s+", " ", "".join(text)).strip(" ,;.。")

    def _clean(self, words: str) -> str:
        words = _EDGE.sub("", _OF.sub("", words.strip()))
        low = words.casefold()
        for start, end, wish in sorted(option_words(low), reverse=True):
            if wish in CLEAR and end - start > 1 and (start == 0 or end == len(low)):
                rest = (words[:start] + " " + words[end:]).strip(" -的")
                words = rest
                low = words.casefold()
        words = _EDGE.sub("", words)
        return self._without_temperature(words)

    def _without_temperature(self, words: str) -> str:
        """热拿铁 is a latte that is hot, 热干面 a dish of its own: what shops nearby sell decides."""
        low = words.casefold()
        marks = option_words(low)
        if not marks or marks[0][0] != 0 or marks[0][2] not in TEMPERATURE:
            return words
        rest = words[marks[0][1] :].strip()
        if len(rest) < 2:
            return words
        dishes = self.scene.dishes(rest)
        names = [name.casefold() for d in dishes for name in (d["name"], d["name_en"], d.get("name_id", ""))]
        whole = any(low in name for name in names)
        return rest if not whole and any(rest.casefold() in name for name in names) else words

    @staticmethod
    def _add_part(rows: list[Part], counts: list[Count], options: tuple[str, ...]) -> None:
        if counts and options:
            rows += [Part(c.n, options) for c in counts[:1]]
        elif options:
            rows[:] = [Part(p.quantity, tuple(dict.fromkeys((*p.options, *options)))) for p in rows]
        elif counts and len(rows) == 1:
            rows[0] = Part(counts[0].n, rows[0].options)


def _with_text(item: Item, text: str) -> Item:
    return Item(item.words, item.parts, f"{item.text} {text}".strip())


def _with_parts(item: Item, rows: list[Part]) -> Item:
    """Fold "20, of which 10 …, 10 …" into the parts."""
    if len(rows) > 1:
        total, rest = rows[0].quantity, rows[1:]
        split = sum(part.quantity for part in rest)
        if split < total:
            rest = [*rest, Part(total - split, rows[0].options)]
        elif split > total:
            rest = [*rows]
        rows = rest
    return Item(item.words, tuple(rows), item.text)
