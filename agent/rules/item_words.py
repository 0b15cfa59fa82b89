"""The words of things: what a clause calls them, how they are to be had, and what is no part of a name."""

from __future__ import annotations

import re

from agent.grammar import Count, Time
from agent.rules.cues import CLEAR_OPTIONS
from agent.rules.kinds import NOT_GOODS
from agent.rules.measures import sizes
from agent.rules.menu import only_a_kind
from agent.rules.naming import TEMPERATURE, names_the_meal, only_options
from agent.rules.nouns import Noun, nouns
from agent.rules.scene import Clause, Scene
from agent.steps.options import option_words

TAGS = ("halal", "vegan", "vegetarian", "gluten_free")

_EDGE = re.compile(
    r"^(?:[个份杯些吧瓶盒袋包碗盘束箱件罐桶](?=..)|[瓶碗盒](?=[^子器柜装底饭]$)|点(?=..))|(?:[的了吧啊呢哦呀]|(?<=个)[送寄]|[和跟]|给[她他我你]们?)+$"
)
_POINTS = re.compile(
    r"(?:上次|之前|刚才|原来|昨天)?[那这同][一两几]?[杯份个碗盒瓶袋包单家款件双种箱束条套]?的?|[大小]哥|师傅"
)
"""那杯 points to a thing and names none."""
_OF = re.compile(r"^(?:of|de|with|for)\s+", re.IGNORECASE)
_LETTER_SIZE = re.compile(r"x{0,3}[sl]|m", re.IGNORECASE)
_BARE_MEASURES = frozenset("个些份点只件条次不没啥")
_SENT_TO = frozenset({"送到", "寄到", "送去", "寄去", "送往", "寄往", "送至", "寄给", "送给"})
_DONE_TO = re.compile(r"^\w+nya\s.*\b(?:di[a-z]{3,}|terpisah|banyakin|banyak)$|^\w+nya (?:pisah|banyak|dikit)$")
"""sambelnya dipisah: how it should be had, and no thing of its own."""
_SHOULD_BE = re.compile(r"(?<=[\u3400-\u9fff])(?:要|得|必须)是?(?:冰|热|凉|冷|温|辣|甜|新鲜)[的点些]?$")
"""啤酒要冰的: what it should be like is no part of its name."""
_AN_HOUR = re.compile(r"\b(?:jam|pukul|o['’]?clock)\b|\d{1,2}[:.]\d{2}\b")
"""An hour that the grammar did not take for one is still no thing."""


class ItemWords:
    """Reads the words of things in a sentence, of which ``stretches`` speak of something else."""

    def __init__(self, scene: Scene, stretches: tuple[tuple[int, int], ...]) -> None:
        self._scene, self._stretches = scene, stretches

    def nouns_of(self, clause: Clause) -> list[Noun]:
        """The noun phrases of a clause that can be goods."""
        if clause.has("owner_pay", "event_end") or (
            clause.has("event") and clause.of(Time) and "buy" not in clause.kinds and not opens_counted(clause)
        ):
            return []
        kept = []
        gone = clause.cue("running_out")
        after = gone.end if gone is not None and gone.form.endswith(" of") else 0
        for noun in nouns(clause, without=self._stretches):
            if (noun.lead is not None and noun.lead.form in _SENT_TO) or noun.start < after:
                continue
            if noun.words in _BARE_MEASURES or names_the_meal(noun, clause) or _AN_HOUR.search(noun.words.casefold()):
                continue
            words = self.clean(noun.words)
            if clause.text.isascii() and _LETTER_SIZE.fullmatch(words):
                continue
            led = noun.lead is not None and {"not_thing", "purpose", "prep.near"}.intersection(noun.lead.concepts)
            if words and not led and not _DONE_TO.search(words.casefold()):
                kept.append(Noun(noun.start, noun.end, words, noun.lead))
        generic = clause.cue(*TAGS)
        if not kept and generic is not None and clause.start and clause.has("and", "connector"):
            kept.append(Noun(generic.start, generic.end, generic.form, None))
        return kept

    def options(
        self, clause: Clause, since: int, until: int, things: list[Noun], *, every: bool = False
    ) -> tuple[str, ...]:
        """The options named in a stretch, in the person's words. ``every``: also milk and spice, not only the clear."""
        low = self._blanked(clause)
        found = [low[a:b].removesuffix("装") for a, b in sizes(low) if since <= clause.start + a < until]
        for start, end, wish in option_words(low):
            at = clause.start + start
            if not since <= at < until:
                continue
            form = low[start:end]
            if any(n.start <= at < n.end and form in n.words.casefold() for n in things):
                continue
            if end - start == 1 and not self._alone(clause, at):
                continue
            if every or wish in CLEAR_OPTIONS or wish in TEMPERATURE:
                found.append(form)
        return tuple(dict.fromkeys(found))

    def text(self, clause: Clause) -> str:
        """The clause without the stretches that speak of other things."""
        return re.sub(r"\s+", " ", self._without_stretches(clause, clause.text)).strip(" ,;.。")

    def clean(self, words: str) -> str:
        """A name without measures, particles and wishes around it; empty if it names nothing."""
        words = _EDGE.sub("", _OF.sub("", words.strip())).strip()
        words = _SHOULD_BE.sub("", words)
        if only_options(words) or only_a_kind(words) or _POINTS.fullmatch(words):
            return ""
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
        dishes = self._scene.dishes(rest)
        names = [name.casefold() for d in dishes for name in (d["name"], d["name_en"], d.get("name_id", ""))]
        plain = rest.casefold().removesuffix("s") if rest.isascii() else rest
        whole = any(low.removesuffix("s") in name for name in names)
        return rest if not whole and any(plain in name for name in names) else words

    def _alone(self, clause: Clause, at: int) -> bool:
        """Whether a single character is a word: taken off the front of a noun, or between other words."""
        for noun in nouns(clause, without=self._stretches):
            if noun.start <= at < noun.end:
                rest = self.clean(noun.words)
                return noun.words.casefold().endswith(rest.casefold()) and len(rest) < len(noun.words)
        return any(c.start <= at < c.end and len(c.form) == 1 for c in clause.cues)

    def _blanked(self, clause: Clause) -> str:
        low = list(self._without_stretches(clause, clause.low))
        for cue in clause.cues:
            # In 大概 and 小事 the character is a part of another word.
            if "option" not in cue.concepts and cue.end - cue.start > 1 and not cue.form.isascii():
                for i in range(cue.start - clause.start, cue.end - clause.start):
                    low[i] = " "
        return "".join(low)

    def _without_stretches(self, clause: Clause, text: str) -> str:
        kept = list(text)
        for start, end in self._stretches:
            for i in range(max(0, start - clause.start), min(len(kept), end - clause.start)):
                kept[i] = " "
        return "".join(kept)


def opens_counted(clause: Clause) -> bool:
    """Whether a clause begins with how many of what: "3 porsi dimsum buat rapat jam 2"."""
    return any(c.unit not in NOT_GOODS and c.start - clause.start <= 1 for c in clause.of(Count))
