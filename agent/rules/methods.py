"""How something is to be paid: which method for what, taken out of the words before they are read for errands.

A card is told by its last digits, which are no amount; a method can hold for everything, for the bills, for money to
people, for one kind of bill, or for the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from agent.grammar import parse_money
from agent.rules.cues import forms_in
from agent.rules.scene import Scene
from agent.task import AnyGoal, Bill, Transfer

_LEAD = (
    r"(?:(?:请|麻烦)?(?:都|全都?|统一|一律|全部)?(?:从|用|走|刷|拿|使用|由)我?的?"
    r"|\b(?:(?:the |all (?:of )?(?:the )?)?(?:money|it|payment) (?:should|must|has to|can|is to)\s+"
    r"(?:come|go|be (?:taken|paid))\s+)(?:from|off|out of|with)\s+(?:my\s+)?"
    r"|\b(?:(?:and|please|pls|pay|take it|take them|take|use|using|do)\s+)*"
    r"(?:with|wih|from|on|off|using|use|by|via|through|out of)\s+(?:my\s+|the\s+)?"
    r"|\b(?:bayar(?:nya|in)?\s+)?(?:pakai|pake|pk|dari|lewat|dengan|gunakan|via|tarik dari)\s+)"
)
_NAME_WORD = r"(?!(?:with|wih|from|on|my|the|all|bills?|it|and|pay|pays|rest|use|using|off|them|a)\b)[\w&.'’]+"
_TAIL = (
    r"(?:[\u3400-\u9fff]{1,6}?行(?:的|那张)?(?:信用|储蓄|借记)?卡?[,，]?)?(?:尾号|末四位|后四位|末尾)(?:是|为)?\s*(?P<zh>\d{4})(?:的|那张)?(?:[\u3400-\u9fff]{0,8}?(?:信用|储蓄|借记|银行)?卡|那张)"
    rf"|(?:{_NAME_WORD}\s+){{0,4}}?(?:card|visa|mastercard|debit|(?<=\s)one)"
    r"(?:\s+|\s*,\s*)(?:(?:that|which|the one)\s+)*"
    r"(?:(?:ending|ends|end)\s*(?:in|with)?\s*)?(?P<en>\d{4})(?!\s*(?:yuan|rmb|kuai|cny)|[\d.,]\d)\b"
    r"|(?:kartu|debit|rekening)\s+(?:[\w&.'’]+\s+){0,5}?(?:(?:yang|yg)\s+)?(?:ber)?(?:akhiran|akhirannya|ujung|ujungnya"
    r"|belakang|belakangnya)\s*(?P<id>\d{4})\b"
)
_CARD = re.compile(
    rf"{_LEAD}?(?:{_TAIL})(?:付款|付|支付|交|缴|走|出|扣|转账|转(?![一两二三四五六七八九十\d]))?", re.IGNORECASE
)
_KINDS = {
    "credit": r"花呗|\bhuabei\b|\bpaylater\b|\bcredit line\b|信用支付",
    "wallet": r"支付宝余额|余额|零钱|\balipay balance\b|\b(?:wallet|balance)\b|\bsaldo(?: alipay)?\b|\bdompet\b",
}
_PLAIN = re.compile(
    rf"{_LEAD}(?:(?P<credit>{_KINDS['credit']})|(?P<wallet>{_KINDS['wallet']}))(?:付款|付|支付|交|缴|走|出|扣)?",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"(?:别|不要|不想|不准|不能|不)(?:用|走|刷|动|使用|从)?(?:我的)?$"
    r"|\b(?:not|no|don['’]?t|do not|never|without)\s*(?:(?:use|touch|pay|take it)\s*)?(?:with|from|on"
    r"|off)?\s*(?:my|the)?\s*$"
    r"|\b(?:jangan|nggak|gak|tidak|bukan)\s*(?:pakai|pake|dari|pernah)?\s*$",
    re.IGNORECASE,
)
_TERMS = re.compile(
    r"(?P<zh>\d{1,2}|[三六九]|十二)\s*期|(?P<en>\d{1,2}|three|six|nine|twelve)[\s-]*(?:monthly\s*)?(?:instal\w*|months|payments|parts|x\b)"
    r"|(?P<id>\d{1,2}|tiga|enam|sembilan|dua belas)\s*(?:kali\s*)?(?:cicilan|bulan|x\b)|(?:cicilan|cicil"
    r"|instal\w* (?:over|in|of))\s*(?P<of>\d{1,2}|three|six|nine|twelve|tiga|enam|sembilan|dua belas)",
    re.IGNORECASE,
)
_SPELLED = {
    "三": 3, "六": 6, "九": 9, "十二": 12, "three": 3, "six": 6, "nine": 9, "twelve": 12,
    "tiga": 3, "enam": 6, "sembilan": 9, "dua belas": 12,
}  # fmt: skip
"""How many instalments there can be, in words."""
_ALL = re.compile(r"全|都|统一|一律|\ball\b|everything|\bboth\b|semua\w*|semuanya", re.IGNORECASE)
_REST = re.compile(
    r"其余|其他|剩下|另外的|\b(?:the )?(?:rest|others?|remaining)\b|\bsisanya\b|\blainnya\b|\byang lain\b",
    re.IGNORECASE,
)
_SENDING = re.compile(
    r"转账|转钱|汇款|打钱|红包|给.{1,6}转|转给|\b(?:transfers?|transfernya|trnsfer|transferin|kirim\w*|send|sending)\b",
    re.IGNORECASE,
)
_BILL = re.compile(r"账单|缴费|水电|\bbills?\b|\btagihan\w*\b", re.IGNORECASE)
_GETS = re.compile(r"\bgets?\b.*\bfrom me\b|\b(?:i|we) owe\b|\bpay back\b|我(?:该|要|欠)")
_BREAK = re.compile(r"[,，;；。!！?？\n、]|\.(?=\s|$)")
_HABIT = re.compile(
    r"老样子|老规矩|照旧|习惯|惯例|平时那样|跟平时一样|你知道|\busual\w*\b|\bas always\b|\bhabit\w*\b"
    r"|you know (?:which|where|how)"
    r"|kebiasaan\w*|seperti biasa|kayak biasa|biasanya|kamu tahu",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Wish:
    """A method for a scope: ``all``, ``bill``, ``transfer``, ``rest`` or ``bill.<kind>``."""

    method: str
    scope: str = "all"
    months: int = 0
    most_fen: int = 0
    otherwise: str = ""


@dataclass(slots=True)
class Methods:
    """What the words say of paying. ``habit``: for money to people they refer to what the person always does."""

    wishes: list[Wish] = field(default_factory=list)
    refused: str = ""
    habit: bool = False

    def for_all(self) -> str:
        """The one method for whatever is to be paid; empty if there is none or terms go with it."""
        only = self.wishes[0] if len(self.wishes) == 1 else None
        return only.method if only is not None and only.scope == "all" and not only.months else ""


def cut_methods(text: str) -> tuple[str, Methods]:
    """The words without what they say of cards and other methods, and what that is.

    Methods that are named without a card's digits stay in the words where nothing else depends on them: the cue
    lexicon reads those.
    """
    said = Methods()
    habits = [m for m in _HABIT.finditer(text) if _SENDING.search(_segment(text, m.start())[2])]
    said.habit = bool(habits)
    terms = _on_terms(text, said)
    if terms is not None:
        return terms, said
    found = [(m.start(), m.end(), m.group("zh") or m.group("en") or m.group("id")) for m in _CARD.finditer(text)]
    plain = [(m.start(), m.end(), "credit" if m.group("credit") else "wallet") for m in _PLAIN.finditer(text)]
    found += [p for p in plain if not any(a < p[1] and p[0] < b for a, b, _ in found)]
    out: list[str] = []
    done = 0
    for start, end, method in sorted(found):
        if _REFUSED.search(text[max(0, start - 16) : start]) or _REFUSED.search(text[start:end].split(method)[0]):
            said.refused = method
        else:
            scope = _scope(text, done, start, end)
            if scope == "all" and len(found) > 1:
                scope = _scope_before(text[done:start].casefold())
            said.wishes.append(Wish(method, scope))
        out += [text[done:start], "" if text[end : end + 1].strip() else ","]
        done = end
    if not said.wishes and not said.habit:
        return text, said
    cut = "".join([*out, text[done:]])
    return _without_leftovers(cut), said


def _without_leftovers(text: str) -> str:
    """The words without stretches of which nothing but a scope is left: "the rest", "tagihan", "semua"."""
    parts = re.split(r"([,，;；。!！?？\n]|\.(?=\s|$))", text)
    kept: list[str] = []
    for part in parts:
        bare = _REST.sub(" ", _ALL.sub(" ", part))
        bare = re.sub(r"转账|transfernya|transfer|账单|\bbills?\b|\btagihan\b", " ", bare, flags=re.IGNORECASE)
        bare = re.sub(
            r"请|麻烦|我|的|就|付|\b(?:pay|please|pls|the|it|them|money|with|it all|kalau|yang|soal|bayar|for"
            r"|dan|and|ya"
            r"|tolong|mohon|untuk|buat|sih|itu)\b",
            " ",
            bare,
            flags=re.IGNORECASE,
        )
        if part.strip() and re.search(r"\w", part) and not re.search(r"\w", bare):
            if forms_in(part.casefold(), "bill") and _BILL.sub("", part.casefold()).strip():
                kept.append(part)
            continue
        kept.append(part)
    return "".join(kept)


def _segment(text: str, at: int) -> tuple[int, int, str]:
    cuts = [0, *(m.end() for m in _BREAK.finditer(text)), len(text)]
    start = max(c for c in cuts if c <= at)
    end = min(c for c in cuts if c > at) if at < len(text) else len(text)
    return start, end, text[start:end]


def _scope(text: str, since: int, start: int, end: int) -> str:
    """What a method is for: the word for a payment that stands closest before it, or else behind it."""
    begin, stop, _ = _segment(text, start)
    before = text[max(begin, since) : start].casefold()
    own = text[start:end].casefold()
    lead = re.match(r"(?:请|麻烦)?(?:都|全都?|统一|一律|全部)", own)
    behind = text[end:stop].casefold()
    for part, last in ((before, True), (behind, False)):
        marks: list[tuple[int, str]] = [(m.start(), "rest") for m in _REST.finditer(part)]
        marks += [(m.start(), "transfer") for m in _SENDING.finditer(part)]
        marks += [(m.start(), "bill") for m in _BILL.finditer(part)]
        marks += [(m.start(), "all") for m in _ALL.finditer(part)]
        for kind in forms_in(part, "bill"):
            at = _place_of(part, kind)
            marks.append((at, f"bill.{kind}"))
        if marks:
            marks.sort()
            chosen = marks[-1] if last else marks[0]
            near = [scope for at, scope in marks if abs(at - chosen[0]) <= 16]
            scope = _one_bill(part, chosen[0], marks) if chosen[1] == "bill" else chosen[1]
            return "bill" if scope == "all" and "bill" in near else "all" if lead and scope != "transfer" else scope
    return "all"


def _scope_before(before: str) -> str:
    """Of several methods, what one is for that says "put that on" or stands behind a comma: what was named last."""
    marks = [(m.start(), "transfer") for m in (*_SENDING.finditer(before), *_GETS.finditer(before))]
    marks += [(_place_of(before, kind), f"bill.{kind}") for kind in forms_in(before, "bill")]
    return max(marks)[1] if marks else "all"


def _one_bill(part: str, at: int, marks: list[tuple[int, str]]) -> str:
    """The kind that stands with a word for bills ("water bill", "tagihan air"); all bills if none does.

    A kind that has a word of its own already ("gas bill and water bill: pay bills with …") does not.
    """
    generic = _BILL.match(part, at)
    assert generic is not None
    if generic.group().casefold().endswith("bills"):
        return "bill"
    before = re.split(r"[:：]|\b(?:and|dan)\b|和|、", part[:at])[-1]
    behind = re.split(r"[:：]|\b(?:and|dan)\b|和|、", part[generic.end() :])[0][:16]
    start = at - len(before)
    if _BILL.search(before) is not None:
        return "bill"
    near = [s for m, s in marks if s.startswith("bill.") and (start <= m < at or at < m <= generic.end() + len(behind))]
    return near[-1] if near else "bill"


def _place_of(low: str, kind: str) -> int:
    """Where the last form of a kind of bill stands in a text."""
    return max((at for at in range(len(low)) if kind in forms_in(low[at:], "bill")), default=0)


def _on_terms(text: str, said: Methods) -> str | None:
    """ "If six instalments are at most 420 each, use Huabei, else the card": credit on terms, and what otherwise."""
    term, credit = _TERMS.search(text), re.search(_KINDS["credit"], text, re.IGNORECASE)
    if term is None or credit is None:
        return None
    card = _CARD.search(text)
    begin = _segment(text, min(term.start(), credit.start()))[0]
    stop = max(_segment(text, at)[1] for at in (term.start(), credit.start(), card.start() if card else 0))
    number = next(g for g in term.groups() if g)
    stretch = text[term.end() : stop]
    if card is not None:
        stretch = text[term.end() : max(term.end(), min(card.start(), stop))]
    before = text[begin : term.start()]
    amount = parse_money(stretch) or parse_money(before) or 0
    other = (card.group("zh") or card.group("en") or card.group("id")) if card else ""
    months = int(number) if number.isdigit() else _SPELLED[number.casefold()]
    said.wishes.append(Wish("credit", "all", months, amount, other))
    return f"{text[:begin]}{text[stop:]}"


def with_methods(goals: list[AnyGoal], said: Methods, scene: Scene) -> list[AnyGoal]:
    """The goals with the method that the words give to each of them, or that the person always uses for it."""
    if not said.wishes and not any(isinstance(g, Transfer) for g in goals):
        return goals
    return [_with_method(goal, said, scene) for goal in goals]


def _with_method(goal: AnyGoal, said: Methods, scene: Scene) -> AnyGoal:
    scopes = ["all"]
    if isinstance(goal, Bill):
        scopes = [f"bill.{goal.bill}", "bill", "rest", "all"]
    elif isinstance(goal, Transfer):
        scopes = ["transfer", "rest", "all"]
        if said.habit or not any(w.scope in scopes for w in said.wishes):
            kept, not_method = _kept_for_transfers(scene)
            if kept or not_method:
                return msgspec.structs.replace(goal, method=kept, not_method=not_method)
        if said.habit:
            scopes = ["transfer"]
    wish = next((w for s in scopes for w in said.wishes if w.scope == s), None)
    if wish is None and len(said.wishes) == 1 and not (isinstance(goal, Transfer) and said.habit):
        only = said.wishes[0]
        others = only.scope == "transfer" or only.scope.startswith("bill")
        wish = None if others and not isinstance(goal, Bill) else only
        if wish is not None and only.scope.startswith("bill.") and isinstance(goal, Bill) and goal.bill:
            wish = None
    if wish is None:
        return goal
    return msgspec.structs.replace(
        goal, method=wish.method, months=wish.months, month_fen=wish.most_fen, otherwise=wish.otherwise
    )


def _kept_for_transfers(scene: Scene) -> tuple[str, str]:
    """With what the person always sends money, and with what never, by what is known of them."""
    rows: list[dict[str, Any]] = scene.look("user_preferences", {}, "preferences")["preferences"]
    for row in rows:
        text = f"{row['key']} {row['text']}"
        if not re.search(r"转|汇|\b(?:transfers?|send\w*|money to)\b|\bkirim\w*", text, re.IGNORECASE):
            continue
        card = re.search(r"(?<!\d)\d{4}(?!\d)", row["text"])
        never = "wallet" if re.search(_KINDS["wallet"], row["text"], re.IGNORECASE) else ""
        if card is not None:
            return card.group(), never
        low = row["text"].casefold()
        kind = next((k for k, p in _KINDS.items() if re.search(p, low) and not _REFUSED.search(low.split(k)[0])), "")
        if kind:
            return kind, ""
    return "", ""
