"""The things of a purchase: noun phrases, how many of each, split by options."""

from __future__ import annotations

import re

from agent.grammar import Count
from agent.rules.belonging import ANOTHER, ONE_THING, SOLD, border, same_choice
from agent.rules.cues import forms_in
from agent.rules.domains import Draft
from agent.rules.evidence import LISTED
from agent.rules.grounding import LIKELY, Menu, grounded, is_sure, names_thing
from agent.rules.item_words import TAGS, ItemWords
from agent.rules.kinds import NOT_GOODS
from agent.rules.listing import chosen, count_for, describes, listed
from agent.rules.menu import is_menu_line, run_together
from agent.rules.naming import (
    ends_in_de,
    joined,
    sort_of_thing,
    with_parts,
    with_text,
)
from agent.rules.nouns import Noun
from agent.rules.portions import HALF, parted
from agent.rules.rescued import rescued
from agent.rules.scene import Clause, Scene
from agent.steps.options import option_words
from agent.task import Item, Part

_JOINED = re.compile(r"(?<=[\u3400-\u9fff]{2})[和跟](?=[\u3400-\u9fff]{2})")
_SPEC = re.compile(r"\d[\w.]*", re.ASCII)
_LOOKS = ("色", "透明", "款", "图案")
"""How a thing looks is a variant to choose, and no part of its name."""
_ADDED = re.compile(r"加|[多少](?:放|加|来|给|要)点?|免")
_OF_THEM = re.compile(r"[\s,(]*(?:and |but )?(?:one|two|three|four|five|\d+) of (?:them|those|these|which)\b")
_MEASURE_ALONE = re.compile(
    r"[\s,(]*(?:\d+|one|two|three|four|five|six) (?:reams?|tins?|punnets?|sheets?|rolls?|sachets?|tubs?"
    r"|cartons?|crates?|jars?|tubes?|trays?|loaves|bars?)[\s,.!)]*$"
)
_LISTED = frozenset({"a", "an", "some", "one", "another"})


_ALSO = re.compile(r"[\s,]*(?:eh|oh|oiya|oh iya)?[\s,]*(?:iya\s+)?(?:sama|dan|plus|terus|sekalian|juga|and|also)\b")
_GENERIC_FOOD = re.compile(r"snacks?|cemilan|minuman|makan siang|makan malam")
_SHARE = re.compile(r"\b(?:satunya|sisanya|the rest|the others?)\b|剩下的|其余的?")


_ABOUT_IT = re.compile(r"(?:\b(?:with|for|as for|untuk|buat|soal|yang)(?: the| my)?|给|那个?)\s*$")


def same_thing(one: str, other: str) -> bool:
    """Whether two words name the same, singular or plural."""
    a, b = (words.casefold().strip() for words in (one, other))
    return a == b or (a.isascii() and b.isascii() and a.rstrip("s") == b.rstrip("s"))


class Reader:
    """Reads the items of a draft. ``stretches`` of the sentence speak of something else."""

    def __init__(self, draft: Draft, scene: Scene, stretches: list[tuple[int, int]]) -> None:
        self._shares_of = parted(draft.clauses)
        told = [(p.start, p.end) for rows in self._shares_of.values() for p in rows]
        self.draft, self.scene, self.stretches = draft, scene, (*stretches, *told)
        self._words = ItemWords(scene, self.stretches)
        self._tags: dict[str, tuple[str, ...]] = {}
        self._items: list[Item] = []
        self._parts: list[list[Part]] = []
        self._context = ""
        self._named = any("buy" in clause.kinds for clause in draft.clauses)
        self._corrects = False
        self._menu = Menu(scene, parcels=draft.has("channel.taobao"))
        self._things: dict[int, list[Noun]] = {}
        self._sure: bool | None = None
        self._at = -1
        self._counted: set[str] = set()

    def tags_of(self, item: Item) -> tuple[str, ...]:
        """The tags that stand in the clause of an item."""
        return self._tags.get(item.text, ())

    def items(self) -> tuple[Item, ...]:
        """The things, in order."""
        for clause in self.draft.clauses:
            self._read(clause)
            self._portion(clause)
        found = self._named_by_somebody(
            tuple(with_parts(item, rows) for item, rows in zip(self._items, self._parts, strict=True))
        )
        found = rescued(found, self._menu, self.stretches)
        kinds = found[1:]
        if (
            len(kinds) > 1
            and found[0].quantity == sum(i.quantity for i in kinds)
            and all(i.text.startswith(kinds[0].text) for i in kinds)
        ) or (len(found) > 2 and found[0].quantity == sum(i.quantity for i in kinds) and found[0].text.endswith(":")):
            # 三杯咖啡,一杯拿铁两杯美式: the kinds make up the whole.
            return kinds
        return found

    def _named_by_somebody(self, found: tuple[Item, ...]) -> tuple[Item, ...]:
        """The things without those that nobody counted and nobody sells, where one is surely both.

        What stands by itself on a list stays: somebody who wants it hears that it is not to be had.
        """
        if self.scene.desk is None or len(found) < 2:
            return found
        sure = [i for i in found if i.words in self._counted and self._menu.relevance(i.words) >= LIKELY]
        if not sure:
            return found
        return tuple(
            item
            for item in found
            if item.words in self._counted
            or item.quantity > 1
            or item.instead
            or not item.words
            or same_thing(item.text.strip(" ,.。"), item.words)
            or LISTED.search(item.text)
            or any(item.text == one.text for one in sure)
            or self._menu.is_named(item.words)
        )

    def _portion(self, clause: Clause) -> None:
        """Add how many of the last thing, or of the one that holds so many, are to be had how."""
        for portion in self._shares_of[id(clause)]:
            if not self._items:
                return
            at = len(self._items) - 1
            rows = self._parts[at]
            left = rows[0].quantity - sum(p.quantity for p in rows[1:])
            many = portion.quantity or left
            if portion.quantity == HALF:
                many = rows[0].quantity // 2 if rows[0].quantity % 2 == 0 else left
            if many > left and len(rows) == 1 and rows[0].quantity == 1:
                rows[0] = Part(many, rows[0].options)
            if many == rows[0].quantity and len(rows) == 1:
                rows[0] = Part(many, tuple(dict.fromkeys((*rows[0].options, *portion.options))))
            elif 0 < many <= left:
                rows.append(Part(many, tuple(dict.fromkeys((*rows[0].options, *portion.options)))))

    def _read(self, clause: Clause) -> None:
        told = self._shares_of[id(clause)]
        things = self.things(clause)
        counts = [
            c for c in clause.of(Count) if c.unit not in NOT_GOODS and not any(p.start <= c.start < p.end for p in told)
        ]
        if told and not things and not counts:
            return
        if things and self._items and self._adjectives(clause, things, counts):
            things = []
        if things and _MEASURE_ALONE.match(clause.low):
            things = []
        if len(things) == 1 and self._items and not counts and sort_of_thing(clause, things[0]):
            # "my headphones died, wireless ones": which sort of the thing before.
            old = self._items[-1]
            self._items[-1] = with_text(
                Item(joined(things[0].words, old.words), old.parts, old.text), self._words.text(clause)
            )
            return
        if things and self._items and counts and _OF_THEM.match(clause.low):
            # "one of them decaf": a share of the last thing.
            self._parts[-1].append(Part(counts[0].n, tuple(noun.words for noun in things)))
            return
        if len(things) == 1 and not counts and self._speaks_again(clause, things[0]):
            return
        if len(things) == len(counts) == 1 and self._counts_again(clause, things[0], counts[0]):
            return
        if things and self._is_wanted(clause, things, counts):
            self._take(clause, things, counts)
            return
        self._corrects = clause.has("correction") and not things
        if things:
            self._context = self._context or things[0].words
            return
        counts = counts + self._shares(clause, counts) if self._items else counts
        options = self._words.options(clause, clause.start, clause.end, things)
        if ("都" in clause.low or clause.has("whole")) and options and not counts:
            # 都要冰的: a wish for everything that was named.
            self._parts = [
                [Part(p.quantity, tuple(dict.fromkeys((*p.options, *options)))) for p in rows] for rows in self._parts
            ]
            return
        if self._items and (counts or options) and not (clause.kinds and self._context):
            at = self._at if 0 <= self._at < len(self._items) else len(self._items) - 1
            self._elliptic(clause, counts)
            self._items[at] = with_text(self._items[at], self._words.text(clause))
        elif not self._items and "buy" in clause.kinds and (self._context or counts):
            meal = clause.has("meal.breakfast", "meal.lunch", "meal.dinner", "meal.any")
            counted = next((q.form for q in clause.cues if counts and 0 <= q.start - counts[0].end <= 1), "")
            if meal and counts and counts[0].unit and _GENERIC_FOOD.fullmatch(counted):
                # "20 kotak snack": so many of what is only called by its kind.
                self._add(counted, clause, counts[0].n, options)
                return
            self._add("" if meal else self._context, clause, counts[0].n if counts else 1, options)

    def _shares(self, clause: Clause, counts: list[Count]) -> list[Count]:
        """satunya, the rest: how many of the last thing are spoken of without a number."""
        left = self._parts[-1][0].quantity - sum(p.quantity for p in self._parts[-1][1:]) - sum(c.n for c in counts)
        named = [(m.start() + clause.start, m.end() + clause.start, m.group()) for m in _SHARE.finditer(clause.low)]
        return [Count(a, b, w, 1 if w.startswith("satu") else left, "") for a, b, w in named if left > 0]

    def _generic(self) -> bool:
        """Whether the last thing is only what it is for, so that a thing behind it says which: "kado, lego"."""
        return bool(self._items) and "generic" in forms_in(self._items[-1].words.casefold(), "name")

    def _adjectives(self, clause: Clause, things: list[Noun], counts: list[Count]) -> bool:
        """Whether "one with oat milk" or "satu pedas" only says how some of the last thing should be."""
        if clause.kinds or clause.has("and", "connector") or not counts or any(c.unit for c in counts):
            return False
        for noun in things:
            low = noun.words.casefold()
            if sum(end - start for start, end, _ in option_words(low)) < len(low.replace(" ", "")):
                return False
        return True

    def _take(self, clause: Clause, things: list[Noun], counts: list[Count]) -> None:
        """The things of a clause that names what is wanted."""
        corrected = (clause.has("correction") and not _ALSO.match(clause.low)) or self._corrects
        self._corrects = False
        if self._items and self._counts_described(clause, things, counts):
            return
        if self._items and (corrected or self._generic() or (clause.has("hedge") and self._count() == 1)):
            self._items.pop()
            self._parts.pop()
        elif self._items and describes(clause, things, counts):
            old = self._items[-1]
            if things[0].words.endswith(_LOOKS):
                rows = self._parts[-1]
                rows[:] = [Part(p.quantity, (*p.options, things[0].words)) for p in rows]
                self._items[-1] = with_text(old, self._words.text(clause))
                return
            self._items[-1] = with_text(
                Item(joined(things[0].words, old.words), old.parts, old.text), self._words.text(clause)
            )
            return
        if self._sorts_of_last(clause, things, counts):
            return
        nouns = chosen(clause, things, counts)
        trailing = not any(c.end <= nouns[0].start for c in counts)
        done = clause.start
        for i, noun in enumerate(nouns):
            until, parted = border(clause, noun, nouns[i + 1] if i + 1 < len(nouns) else None)
            options = self._words.options(clause, done, until if parted else noun.end, things)
            count = count_for(noun, counts, done, until, trailing)
            counted = any(-1 <= noun.start - c.end <= 12 or 0 <= c.start - noun.end <= 3 for c in counts)
            for phrase in _JOINED.split(noun.words):
                for words in run_together(phrase, self.scene):
                    self._counted |= {self._words.clean(words)} if counted else set()
                    self._add(words, clause, count, options)
            done = until if parted else noun.end

    def _counts_again(self, clause: Clause, thing: Noun, count: Count) -> bool:
        """整点啤酒炸鸡,啤酒要两箱: how many of a thing that was named before."""
        named = [
            i
            for i, item in enumerate(self._items)
            if item.words.endswith(thing.words) and len(thing.words) > 1 and len(self._parts[i]) == 1
        ]
        again = clause.has("correction", "connector", "and") or any(c.form.startswith("再") for c in clause.cues)
        if not named or again or self._parts[named[0]][0].quantity != 1 or clause.text.isascii():
            return False
        self._parts[named[0]] = [Part(count.n, self._parts[named[0]][0].options)]
        return True

    def _counts_described(self, clause: Clause, things: list[Noun], counts: list[Count]) -> bool:
        """想吃汉堡,点两个牛肉的: how many, and which sort, of a thing that nobody counted, where it is sold."""
        if len(things) != 1 or len(counts) != 1 or self._count() != 1 or len(self._parts[-1]) != 1:
            return False
        old = self._items[-1]
        whole = joined(things[0].words.removesuffix("的"), old.words)
        of_it = ends_in_de(clause, things[0]) or things[0].words.endswith("的")
        if old.words in self._counted or not of_it or not self._menu.is_named(whole):
            return False
        self._items[-1] = with_text(Item(whole, old.parts, old.text), self._words.text(clause))
        self._parts[-1] = [Part(counts[0].n, self._parts[-1][0].options)]
        return True

    def _behind(self, noun: Noun, count: Count) -> bool:
        """烤串20串: in Chinese a count can stand right behind its thing."""
        return count.start == noun.end and not noun.words.isascii()

    def _sorts_of_last(self, clause: Clause, things: list[Noun], counts: list[Count]) -> bool:
        """两碗拉面,宽面一碗细面一碗: how the counted thing is to be had, where nobody sells the words themselves."""
        if not self._items or len(counts) < 2 or len(counts) != len(things) or clause.text.isascii():
            return False
        if sum(c.n for c in counts) != self._count() or any(self.scene.sold(n.words) for n in things):
            return False
        total = Part(self._count())
        self._parts[-1] = [total, *(Part(c.n, (n.words,)) for n, c in zip(things, counts, strict=True))]
        return True

    def _speaks_again(self, clause: Clause, thing: Noun) -> bool:
        """凉皮不要香菜: a wish for a thing that was named before; 加辣 is one for the last."""
        added = _ADDED.match(thing.words) is not None and len(thing.words) <= 5
        named = [i for i, item in enumerate(self._items) if same_thing(item.words, thing.words)]
        again = clause.has("correction", "connector") and not (named and self._only_how(clause, thing))
        if not self._items or not (named or added) or again:
            return False
        at = self._at = named[-1] if named else len(self._items) - 1
        options = self._words.options(clause, clause.start, clause.end, [thing] if named else [])
        self._parts[at] = [Part(p.quantity, tuple(dict.fromkeys((*p.options, *options)))) for p in self._parts[at]]
        self._items[at] = with_text(self._items[at], self._words.text(clause))
        return True

    def _only_how(self, clause: Clause, thing: Noun) -> bool:
        """Whether a clause names a thing of before only to say how it should be: "and with the latte, half sugar"."""
        preposition = thing.lead is not None and bool(_ABOUT_IT.search(clause.low[: thing.start - clause.start]))
        return preposition or bool(self._words.options(clause, clause.start, clause.end, [thing]))

    def _add(self, words: str, clause: Clause, count: int, options: tuple[str, ...]) -> None:
        text = self._words.text(clause)
        if _SPEC.fullmatch(words) and self._context:
            # "a new 30W one": the thing was named before.
            words = self._context
        self._at = len(self._items)
        self._items.append(Item(self._words.clean(words), text=text))
        self._parts.append([Part(count, options)])
        self._tags[text] = tuple(tag for tag in TAGS if clause.has(tag))

    def _count(self) -> int:
        return sum(part.quantity for part in self._parts[-1])

    def things(self, clause: Clause) -> list[Noun]:
        """The noun phrases of a clause that can be goods, as far as shops know them.

        Where one thing of the purchase is counted or asked for and on sale, nouns that nobody sells name none.
        """
        if self._sure is None:
            found = {
                id(c): grounded(c, self._words.nouns_of(c), self._menu, self.stretches) for c in self.draft.clauses
            }
            several = sum(map(len, found.values())) > 1
            self._sure = several and any(is_sure(n, c, self._menu) for c in self.draft.clauses for n in found[id(c)])
            self._things = found
        if id(clause) not in self._things:
            self._things[id(clause)] = grounded(clause, self._words.nouns_of(clause), self._menu, self.stretches)
        kept = self._things[id(clause)]
        return [n for n in kept if names_thing(n, clause, self._menu)] if self._sure else kept

    def _is_wanted(self, clause: Clause, things: list[Noun], counts: list[Count]) -> bool:
        if clause.has("running_out"):
            return not self._named
        if "buy" in clause.kinds or clause.has("hedge"):
            return True
        if self._generic() and not clause.kinds and (things[0].lead is None or things[0].lead.concepts == ("fn",)):
            return True
        if not self._named:
            if not self._items or counts or clause.has("and", "connector"):
                return True
            return listed(clause, things) or is_menu_line(clause, things, self.scene)
        if not self._items:
            # The errand was named without a thing: "order me some food, malatang".
            counted = any(0 <= n.start - c.end <= 1 or self._behind(n, c) for n in things for c in counts)
            earlier = any("buy" in c.kinds for c in self.draft.clauses if c.start < clause.start)
            return counted or earlier or (listed(clause, things) and self._goes_on(clause))
        if clause.has("correction") or counts or self._corrects:
            return True
        opener = clause.cues[0] if clause.cues and clause.cues[0].start - clause.start <= 1 else None
        if opener is not None and {"and", "connector"}.intersection(opener.concepts):
            return True
        # A list: "two lattes, a bagel" or "milk, eggs, bread".
        if clause.text.strip(" ,.。!").endswith("的") and len(things) == 1:
            return True
        if self._details(clause, things):
            return False
        return listed(clause, things) or (opener is not None and opener.form in _LISTED)

    def _goes_on(self, clause: Clause) -> bool:
        """Whether the clause behind joins another thing: "ice cream + 2 spoons"."""
        behind = next((c for c in self.draft.clauses if c.start >= clause.end), None)
        opener = behind.cues[0] if behind is not None and behind.cues else None
        return opener is not None and "and" in opener.concepts and opener.start == clause.end

    def _details(self, clause: Clause, things: list[Noun]) -> bool:
        """Whether a bare word behind "a charger" says which one, as "type c" does: nobody nearby sells it."""
        alone = len(self._items) == 1 and self._count() == 1 and len(things) == 1
        if not alone or not things[0].words.isascii() or not ONE_THING.search(self._items[0].text.casefold()):
            return False
        return not any(dish["relevance"] >= SOLD for dish in self.scene.dishes(things[0].words))

    def _elliptic(self, clause: Clause, counts: list[Count]) -> None:
        """Clauses without a thing of their own speak of the last one: "10 with less ice", "less sugar please"."""
        rows = self._parts[self._at if 0 <= self._at < len(self._parts) else -1]
        if not counts:
            options = self._words.options(clause, clause.start, clause.end, [], every=True)
            if options and ANOTHER.match(clause.low) and len(rows) == 1:
                kept = tuple(o for o in rows[0].options if not same_choice(o, options))
                rows.append(Part(1, (*kept, *options)))
                # The new part is one more, and not one of those that were counted.
                rows.insert(0, Part(sum(p.quantity for p in rows)))
                return
            rows[:] = [Part(p.quantity, tuple(dict.fromkeys((*p.options, *options)))) for p in rows]
            return
        first = True
        for i, count in enumerate(counts):
            until = counts[i + 1].start if i + 1 < len(counts) else clause.end
            since = clause.start if i == 0 else count.start
            options = self._words.options(clause, since, until, [], every=True)
            if options:
                rows.append(Part(count.n, tuple(dict.fromkeys((*rows[0].options, *options)))))
            elif first and len(rows) == 1 and rows[0].quantity == 1:
                rows[0] = Part(count.n, rows[0].options)
            first = False
