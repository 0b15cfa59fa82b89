"""Transfers, shares and standing permissions."""

from __future__ import annotations

import re
from typing import Any

from agent.grammar import Count, Money, Phone, Recurrence, Ref, parse_money, read
from agent.rules.chinese import each_of
from agent.rules.domains import Draft
from agent.rules.kinds import AMOUNT
from agent.rules.nouns import nouns
from agent.rules.people import RELATIONS, contacts_named, payers_named, people_in, told_apart
from agent.rules.places import mentions
from agent.rules.questions import ask
from agent.rules.scene import Clause, Scene
from agent.rules.shares import looked_up
from agent.rules.sums import worked_out
from agent.task import Collect, Mandate, Question, Transfer
from agent.words import fold

_TO_HAN = re.compile(
    r"(?:转给|还给|付给|打给|发给|汇给|给|向)([\u3400-\u9fffA-Za-z·]{1,12}?)(?=转|打|汇|发|还|付|[\d,。 ]|$)"
)
_TO_LATIN = re.compile(
    r"\b(?:to|ke|kepada|buat|pay back|pay|owe|transferin|send|wire|tf)\s+(?!(?:ke|to)\b)"
    r"((?:[A-ZÀ-Þ][\w'’\-]*\s?){1,3}|[a-z][\w'’\-]+)",
    re.UNICODE,
)
_MEMO = re.compile(
    r"(?:备注|留言|附言|note|memo|catatan|keterangan)[:: ]*(.+)$|\b(?:for|buat|untuk)\s+(.+)$"
    r"|(?:是|算|付)([\u3400-\u9fff]{2,10}(?:钱|费|款))",
    re.IGNORECASE,
)
_NOT_A_NAME = frozenset(
    [
        "ke",
        "sebesar",
        "me",
        "my",
        "the",
        "a",
        "this",
        "that",
        "it",
        "him",
        "her",
        "them",
        "account",
        "rekening",
        "akun",
        "nomor",
        "aku",
        "saya",
        "dia",
        "ini",
        "itu",
        "back",
        "money",
        "uang",
        "duit",
        "cash",
    ]
)
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+\.[\w.\-]+")


def read_transfers(draft: Draft, ids: list[str], scene: Scene) -> tuple[list[Transfer], list[Question]]:
    """A draft as money to one person or to several, each amount with the person whom it stands with."""
    amounts = [m for c in draft.clauses for m in c.of(Money) if m.currency == "CNY" and m.bound == "exact"]
    if len(amounts) > 1 and not any(_account(Draft(draft.kind, [c])) for c in draft.clauses):
        begin, end = draft.clauses[0].start, draft.clauses[-1].end
        named = [(at + begin, words, rows) for at, words, rows in people_in(scene.text[begin:end], scene)]
        firsts = [row for i, row in enumerate(named) if row[1] not in [n[1] for n in named[:i]]]
        if len(firsts) == len(amounts):
            return _several(amounts, firsts, draft, ids, scene)
    goal, questions = read_transfer(draft, ids[0], scene)
    return [goal], questions


def _several(
    amounts: list[Money],
    named: list[tuple[int, str, list[dict[str, Any]]]],
    draft: Draft,
    ids: list[str],
    scene: Scene,
) -> tuple[list[Transfer], list[Question]]:
    goals: list[Transfer] = []
    questions: list[Question] = []
    for goal_id, money, (_, words, rows) in zip(ids, amounts, named, strict=False):
        payee, question = _one_of(words, rows, goal_id, scene)
        questions += [question] if question is not None else []
        memo = _memo_for(words, scene) if any(q in draft.words for q in scene.quotes) else ""
        goals.append(Transfer(id=goal_id, words=draft.words, payee=payee, amount_fen=money.fen, memo=memo))
    return goals, questions


def _one_of(words: str, rows: list[dict[str, Any]], goal_id: str, scene: Scene) -> tuple[str, Question | None]:
    """Which of the contacts of a name is meant, as far as the words tell; else the question."""
    meant = told_apart(rows, scene.text)
    if len(meant) == 1:
        return str(meant[0]["name"]), None
    names = ", ".join(f"{row['name']} ({row['relation']})" if row["relation"] else row["name"] for row in meant[:6])
    return words, ask(goal_id, "payee", "contact", scene.language, "which_contact", name=words, names=names)


LEAST_BARE = 5
"""Below this a number without a unit is not taken for an amount."""


def read_transfer(draft: Draft, goal_id: str, scene: Scene) -> tuple[Transfer, list[Question]]:
    """A draft as money to somebody."""
    amount = next((m.fen for c in draft.clauses for m in c.of(Money) if m.currency == "CNY"), 0)
    if not amount:
        bare = next((c.n for clause in draft.clauses for c in clause.of(Count) if not c.unit), 0)
        # One of something is no yuan: rather ask than send it.
        amount = bare * 100 if bare >= LEAST_BARE else 0
    amount = worked_out(amount or bare_amount(draft), draft, scene)
    account = _account(draft)
    payee = "" if account else _payee(draft) or _only_one_named(draft, scene)
    questions: list[Question] = []
    if not amount:
        questions.append(ask(goal_id, "amount_fen", "quantity", scene.language, "amount"))
    if not account:
        payee, question = _known(payee, goal_id, scene)
        if question is not None:
            # "kirimin Sarah 88 buat kopi": no preposition, but a name that the person's contacts have.
            beside = [c for c in draft.clauses if c.of(Money)] or draft.clauses
            own = " ".join(c.text for c in draft.clauses)
            named = people_in(beside[0].text, scene) or people_in(own, scene) or people_in(scene.text, scene)
            if len({words for _, words, _ in named}) == 1:
                payee, question = _one_of(named[0][1], named[0][2], goal_id, scene)
        if question is not None:
            questions.append(question)
    memo = _memo_for(payee, scene) or _memo(draft)
    goal = Transfer(id=goal_id, words=draft.words, payee=payee, account=account, amount_fen=amount, memo=memo)
    return goal, questions


def _memo_for(payee: str, scene: Scene) -> str:
    """What is to be written with the money, where it is quoted; a person who is named beside it is the one for it."""
    if len(scene.quotes) != 1:
        return ""
    at = scene.text.find(scene.quotes[0])
    beside = re.split(r"[,;。，；\n]|\.\s", scene.text[:at])[-1]
    named = people_in(beside, scene)
    if not named or not payee:
        return scene.quotes[0]
    said = fold(payee)
    mine = any(
        said in (fold(row["name"]), fold(row["nickname"]), fold(words)) for _, words, rows in named for row in rows
    )
    return scene.quotes[0] if mine else ""


def bare_amount(draft: Draft) -> int:
    """The first bare number that can be an amount, in fen; 0 if there is none."""
    for clause in draft.clauses:
        match = AMOUNT.search(_without_spans(clause))
        if match:
            return parse_money(match.group()) or 0
    return 0


def _only_one_named(draft: Draft, scene: Scene) -> str:
    """昨晚阿凯垫的,转给他: who is meant by him is the one contact that the words name."""
    named = payers_named(" ".join(c.text for c in draft.clauses), scene)
    return named[0] if len(named) == 1 else ""


def _known(payee: str, goal_id: str, scene: Scene) -> tuple[str, Question | None]:
    """The contact that a name means, or the question which one."""
    if not payee:
        return "", ask(goal_id, "payee", "payee", scene.language, "payee")
    found = told_apart(contacts_named(payee, scene), scene.text)
    relation = payee.removeprefix("rel.")
    name = RELATIONS[relation][0] if scene.language == "zh" and relation in RELATIONS else relation
    if not found:
        return "", ask(goal_id, "payee", "payee", scene.language, "payee_unknown", name=name)
    if len(found) > 1:
        names = ", ".join(row["name"] for row in found[:6])
        return name, ask(goal_id, "payee", "contact", scene.language, "which_contact", name=name, names=names)
    return str(found[0]["name"]), None


def _account(draft: Draft) -> str:
    for clause in draft.clauses:
        for phone in clause.of(Phone):
            return phone.words.strip()
        email = _EMAIL.search(clause.text)
        if email:
            return email.group()
        for ref in clause.of(Ref):
            return ref.words.strip()
    return ""


def _payee(draft: Draft) -> str:
    for clause in draft.clauses:
        if clause is not draft.first and "transfer" not in clause.kinds and len(draft.clauses) > 2:
            continue
        for mention in mentions(clause):
            if mention.own.startswith("rel."):
                return mention.own
        text = _without_spans(clause)
        match = _TO_HAN.search(text)
        if match and match.group(1) not in ("我", "你", "他", "她", "这", "这个"):
            relation = next(
                (c for cue in clause.cues for c in cue.concepts if c.startswith("rel.") and cue.form in match.group(1)),
                "",
            )
            return relation or match.group(1)
        for latin in _TO_LATIN.finditer(text):
            name = latin.group(1).strip()
            if name.casefold().split()[0] not in _NOT_A_NAME:
                relation = next(
                    (
                        c
                        for cue in clause.cues
                        for c in cue.concepts
                        if c.startswith("rel.") and cue.form == name.casefold()
                    ),
                    "",
                )
                return relation or name
        for cue in clause.cues:
            relation = next((c for c in cue.concepts if c.startswith("rel.")), "")
            if relation:
                return relation
        for noun in nouns(clause):
            if noun.lead is not None and {"goal.transfer"} & set(noun.lead.concepts):
                return noun.words
    return ""


def _without_spans(clause: Clause) -> str:
    text = list(clause.text)
    for span in clause.spans:
        for i in range(span.start - clause.start, min(span.end - clause.start, len(text))):
            text[i] = " "
    return "".join(text)


def _memo(draft: Draft) -> str:
    for clause in draft.clauses:
        match = _MEMO.search(clause.text.strip(" ,.。"))
        if match:
            memo = next(group for group in match.groups() if group)
            return memo.strip(' ,.。"“”')[:100]
    return ""


_EACH_OWES = re.compile(r"\beach (?:owes?|pays?)\b|\b(?:owes?|pay) me\b.*\beach\b|\b(?:\d+|apiece) (?:each|apiece)\b")
_OWED = re.compile(
    r"\b(?:ng?utang|utang|hutang|pinjam|pinjem|minjem|minjam)\b.*\b(?:ke|sama) (?:aku|saya|gue|gw)\b"
    r"|\b(?:pays?|owes?|sends?|gives?|transfers?)\s+me\b"
)
"""She owes me 80: the amount is hers, and not one to share."""


_HALF_OF_ALL = re.compile(
    r"\bhalf of [^,.;\d]{2,40},? ?(?:which|that|it|the (?:total|bill|whole thing))(?: all)?"
    r" (?:came to|cost|was|is|totalled)\b"
    r"|\b(?:setengah|separuh)(?:nya)? dari [^,.;\d]{2,40},? ?(?:yang )?(?:totalnya|harganya|semuanya)\b"
    r"|一半[^。;；]{0,6}[,，](?:总共|一共|总价|全部)"
)
"""Half of a whole whose price is told, and not the half itself."""


_ASKED = re.compile(
    r"\b(?:tagih\w*|nagih\w*|mintain|ask|request|collect|charge)\s(?:ke|dari|sama|from|it from)?"
    r"|(?:向|跟|找|问|管)(?=.{2,30}(?:收|要))",
    re.IGNORECASE,
)


def _asked(text: str, scene: Scene) -> list[str]:
    """Who is asked for a share: those named behind the verb, if several are, and else all who are named."""
    verb = _ASKED.search(text)
    behind = payers_named(text[verb.end() :], scene) if verb else []
    return behind if len(behind) > 1 else payers_named(text, scene)


def read_collect(draft: Draft, goal_id: str, scene: Scene) -> tuple[Collect, list[Question]]:
    """A draft as asking others for their share."""
    counts = [c.n for clause in draft.clauses for c in clause.of(Count) if c.unit in ("person", "")]
    # In 一人一半 the grammar sees one yuan for each person.
    monies = [
        m for c in draft.clauses for m in c.of(Money) if m.currency == "CNY" and scene.low[m.end : m.end + 1] != "半"
    ]
    each = next((m.fen for m in monies if m.per in ("person", "each")), 0)
    total = next((m.fen for m in monies if m.per not in ("person", "each")), 0)
    if not (each or total):
        total = 100 * next((c.n for k in draft.clauses for c in k.of(Count) if not c.unit and c.n >= 20), 0)
        total = total or bare_amount(draft) or looked_up(draft.clauses, scene)
        counts = [n for n in counts if n < 20]
    payers = _asked(" ".join(c.text for c in draft.clauses), scene)
    if total and not each and any(each_of(c.low) for c in draft.clauses):
        each, total = total, 0
    if total and not each and not draft.has("splits", "owner_pay") and any(_OWED.search(c.low) for c in draft.clauses):
        each, total = (total // 2 if _HALF_OF_ALL.search(scene.low) else total), 0
    if total and not each and any(_EACH_OWES.search(c.low) for c in draft.clauses):
        each, total = total, 0
    people = max(counts, default=0)
    if not people and payers and total and draft.has("owner_pay", "splits"):
        people = len(payers) + 1
    if people and payers and people == len(payers):
        people += 0 if draft.has("owner_pay") and not _others_only(draft) else 1
    questions: list[Question] = []
    if not payers:
        questions.append(ask(goal_id, "payers", "contact", scene.language, "who_pays"))
    if not (each or total):
        questions.append(ask(goal_id, "total_fen", "quantity", scene.language, "total"))
    goal = Collect(id=goal_id, words=draft.words, payers=tuple(payers), people=people, total_fen=total, each_fen=each)
    return goal, questions


def _others_only(draft: Draft) -> bool:
    return any(w in c.low for c in draft.clauses for w in ("他们", "them", "mereka", "others"))


SORTS = (
    ("food", ("meal", "what.food", "channel.flash")),
    ("ride", ("goal.ride", "what.ride")),
    ("bill", ("goal.bill", "bill")),
    ("ticket", ("goal.visit",)),
    ("travel", ("goal.train", "goal.flight", "goal.stay")),
    ("goods", ("channel.taobao", "what.goods")),
)
"""Categories of the payment service by the concepts that name them."""


def _sorts(draft: Draft, scene: Scene) -> tuple[str, ...]:
    """What a standing permission is for, as far as the words name it; else what shops nearby sell is food."""
    found = []
    for sort, concepts in SORTS:
        if any(clause.has(concept) or clause.all(concept) for clause in draft.clauses for concept in concepts):
            found.append(sort)
    if not found and any(scene.dishes(noun.words) for clause in draft.clauses for noun in nouns(clause)[:2]):
        found.append("food")
    return tuple(found[:1])


def _days_of(monies: list[Money], scene: Scene) -> tuple[int, ...]:
    """The weekdays inside an amount for each of them: "every weekday, max 25"."""
    for money in monies:
        rest = re.sub(r"\d[\d.,]*", " ", money.words) if money.per in ("day", "each") else ""
        for span in read(rest, scene.now, scene.language).of(Recurrence) if rest else ():
            if len(span.days) < 7:
                return span.days
    return ()


def read_mandate(draft: Draft, goal_id: str, scene: Scene) -> tuple[Mandate, list[Question]]:
    """A draft as a standing permission."""
    monies = [m for c in draft.clauses for m in c.of(Money) if m.currency == "CNY" and m.bound != "above"]
    day = next((m.fen for m in monies if m.per == "day"), 0)
    single = next((m.fen for m in monies if m.per in ("each", "")), 0)
    total = next((m.fen for m in monies if m.per == "total"), 0)
    weekdays = next((r.days for c in draft.clauses for r in c.of(Recurrence)), ()) or _days_of(monies, scene)
    if single and not day and weekdays:
        day = single
    goal = Mandate(
        id=goal_id, words=draft.words, purpose=draft.words[:200], sorts=_sorts(draft, scene), day_fen=day,
        single_fen=single, total_fen=total, weekdays=weekdays,
    )  # fmt: skip
    questions = []
    if not (day or single):
        questions.append(ask(goal_id, "day_fen", "budget", scene.language, "limit"))
    return goal, questions
