"""Colloquial Indonesian errands, abbreviated and mixed with other scripts, and what they ask for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agent.rules import answer, understand
from agent.task import Buy, Ride, Task
from tests.agent.errand_town import town

NOW = "2026-03-11T15:30"
"""A Wednesday."""

Row = tuple[str, str, list[tuple[str, dict[str, Any]]]]

ROWS: list[Row] = [
    # Food and goods
    ("jakarta", "pesenin 2 nasi goreng + 3 es teh manis ke kantor dong", [
        ("buy", {"items": [("nasi goreng", 2), ("teh manis", 3)], "to": "office"})]),
    ("jakarta", "mw bakso 1 sm es jeruk 2 ya, anterin ke rmh, sblm jam 7 mlm", [
        ("buy", {"items": [("bakso", 1), ("jeruk", 2)], "to": "home", "by": "2026-03-11T19:00"})]),
    ("jakarta", "tlg beliin sate ayam 3 porsi buat makan malem, gak pake kacang. ke rumah jam stgh 8", [
        ("buy", {"items": [("sate ayam", 3)], "to": "home", "at": "2026-03-11T19:30"})]),
    ("guangzhou", "cariin tas ransel 20L dong maks 200 yuan, hrs udh nyampe tgl 15 soalnya tgl 16 aku pulkam", [
        ("buy", {"items": [("tas ransel", 1)], "by": "2026-03-15", "budget_fen": 20000})]),
    ("shanghai", "beliin charger laptop 65w yg paling murah ya, kirim ke rumah", [
        ("buy", {"items": [("charger laptop", 1)], "to": "home", "choice": "cheapest"})]),
    ("shanghai", "pengen boba dong 2, yg 1 less sugar yg 1 lagi normal, ke kantor skrg", [
        ("buy", {"items": [("boba", 2)], "to": "office"})]),
    ("shanghai", "obat batuk sirup sama plester, anter ke rumah, sejam lagi hrs udh nyampe", [
        ("buy", {"items": [("obat batuk sirup", 1), ("plester", 1)], "to": "home", "by": "2026-03-11T16:30"})]),
    ("beijing", "buket mawar buat ulang tahun istri, bukan lili ya, maks 200, kirim ke rumah bsk siang", [
        ("buy", {"items": [("buket mawar", 1)], "to": "home", "at": "2026-03-12T12:00", "budget_fen": 20000})]),
    ("jakarta", "buat sahur dong, 1 nasi uduk (kalo abis lontong sayur aja) ke rumah", [
        ("buy", {"items": [("nasi uduk", 1)], "to": "home"})]),
    ("beijing", "koper 24 inci warna item 1, hrs nyampe sblm jumat, jgn lebih dr 300", [
        ("buy", {"items": [("koper", 1)], "by": "2026-03-13T00:00", "budget_fen": 30000})]),
    ("shenzhen", "beliin susu bayi 900g 2 kaleng buat anakku, anter ke rumah malem ini", [
        ("buy", {"items": [("susu bayi", 2)], "to": "home"})]),
    ("shenzhen", "pesen kopi susu kyk biasa ya", [("buy", {"items": [("kopi susu", 1)], "like": "usual"})]),
    # Trips and stays
    ("shanghai", "tiket kereta ke Nanjing jumat pagi dong, kelas 2, plgnya minggu sore", [
        ("trip", {"mode": "train", "destination": "南京", "date": "2026-03-13", "cabin": "second"}),
        ("trip", {"date": "2026-03-15", "back_of": "g1"})]),
    ("guangzhou", "mudik nih! pesawat Guangzhou - Jakarta tgl 18, transit maks 1x, maks 1500 yuan ya", [
        ("trip", {"mode": "flight", "origin": "广州", "destination": "Jakarta", "date": "2026-03-18", "max_stops": 1,
                  "budget_fen": 150000})]),
    ("shanghai", "besok jam setengah 10 aku hrs udh di Xinjiekou Nanjing, beliin tiket kereta cepet dong", [
        ("trip", {"mode": "train", "destination": "南京", "arrive_by": "2026-03-12T09:30"})]),
    ("beijing", "naik kereta ke Xi'an sabtu, brgkt abis jam 12 nyampe sblm jam 9 malem", [
        ("trip", {"mode": "train", "destination": "西安", "date": "2026-03-14", "depart_after": "2026-03-14T12:00",
                  "arrive_by": "2026-03-14T21:00"})]),
    ("singapore", "bsk balik ke Jakarta, flight yg take off antara jam 5 sampe 8 malem", [
        ("trip", {"mode": "flight", "destination": "Jakarta", "date": "2026-03-12",
                  "depart_after": "2026-03-12T17:00", "depart_before": "2026-03-12T20:00"})]),
    ("shanghai", "kereta ke Hangzhou lusa, jgn yg brgkt sblm jam 8 ya", [
        ("trip", {"mode": "train", "destination": "杭州", "date": "2026-03-13", "depart_after": "2026-03-13T08:00"})]),
    ("shanghai", "cariin hotel di Hangzhou deket West Lake 2 malem mulai jumat, maks 500 semalem, include sarapan", [
        ("stay", {"city": "杭州", "check_in": "2026-03-13", "nights": 2, "per_night_fen": 50000, "breakfast": True})]),
    ("beijing", "sabtu ke Xi'an naik kereta, hotel 2 malem deket Bell Tower maks 400 semalem", [
        ("trip", {"mode": "train", "destination": "西安", "date": "2026-03-14"}),
        ("stay", {"nights": 2, "near": "Bell Tower", "per_night_fen": 40000})]),
    # Rides
    ("jakarta", "pesen mobil ke Kota Kasablanka jam 6 sore dari kantor", [
        ("ride", {"origin": "office", "destination": "Kota Kasablanka", "at": "2026-03-11T18:00"})]),
    ("shanghai", "tlg pesenin mobil jemput mama di bandara Hongqiao besok jam 4 sore, anter ke rumah", [
        ("ride", {"destination": "home", "passenger": "王秀兰"})]),
    ("jakarta", "taksi ke bandara besok subuh jam 5 dari rumah ya", [
        ("ride", {"origin": "home", "at": "2026-03-12T05:00"})]),
    ("jakarta", "jemput aku di Monas skrg dong, mau ke kantor", [
        ("ride", {"origin": "home", "destination": "office"})]),
    # Money
    ("shenzhen", "tf 500 ke Budi ya buat bensin", [
        ("transfer", {"payee": "Budi Santoso", "amount_fen": 50000, "memo": "bensin"})]),
    ("beijing", "tolong transferin uang arisan bulan maret ke Sarah 1200 yuan", [
        ("transfer", {"payee": "Sarah Chen", "amount_fen": 120000})]),
    ("beijing", "kirim duit 300 ke mama dong", [("transfer", {"payee": "王秀兰", "amount_fen": 30000})]),
    ("beijing", "balikin utang ke Li Wei 250 ya", [("transfer", {"payee": "李伟", "amount_fen": 25000})]),
    ("shenzhen", "bayarin listrik sama air bln ini ya", [
        ("bill", {"bill": "electricity"}), ("bill", {"bill": "water"})]),
    ("shenzhen", "bayar wifi dong, kalo lebih dr biasanya tanya aku dulu", [
        ("bill", {"bill": "internet", "ask_above_usual": True})]),
    ("shenzhen", "listrik bln ini bayarin ya, di bawah 200 lgsg aja, lebih dr itu tanya dulu", [
        ("bill", {"bill": "electricity", "budget_fen": 0})]),
    ("beijing", "mulai senin makan siangku lgsg dibayar gausah nanya, sekali maks 30 sehari maks 50 yuan", [
        ("mandate", {"single_fen": 3000, "day_fen": 5000})]),
    ("beijing", "tagihin Budi sama Sarah dong, tadi makan 360 aku yg bayar, dibagi 3", [
        ("collect", {"payers": ("Budi Santoso", "Sarah Chen"), "people": 3, "total_fen": 36000})]),
    # Aftercare
    ("shanghai", "sepatu yg kmrn aku beli kekecilan, tlg balikin dong", [("give_back", {"reason": "size"})]),
    ("shanghai", "batalin hotel yg di Hangzhou ya, tp kalo kena biaya gausah", [
        ("cancel", {"what": "hotel", "only_if_free": True})]),
    ("shanghai", "kok taksi kemarin kepotong 2x sih, mintain balik dong yg satu", [("dispute", {})]),
    ("shanghai", "tiket museum hari sabtu pindahin ke minggu dong kalo sabtu hujan", [
        ("reschedule", {"date": "2026-03-15", "if_rain": "2026-03-14"})]),
    # Several at once
    ("beijing", "jumat ke Xi'an naik kereta, trs tf 600 ke Budi buat tour, sama sunblock 1 nyampe rumah kamis malem", [
        ("trip", {"mode": "train", "destination": "西安", "date": "2026-03-13"}),
        ("transfer", {"payee": "Budi Santoso", "amount_fen": 60000}),
        ("buy", {"items": [("sunblock", 1)], "to": "home"})]),
    ("singapore", "bsk ke Jakarta naik pesawat malem, mobil dari rumah ke Changi jgn mepet, sama nasi lemak 1 jam 12", [
        ("trip", {"mode": "flight", "destination": "Jakarta", "date": "2026-03-12"}),
        ("ride", {"origin": "home", "before": "g1"}),
        ("buy", {"items": [("nasi lemak", 1)], "at": "2026-03-12T12:00"})]),
    ("jakarta", "bayarin pulsa ya, trus pesenin martabak 1 ke rumah", [
        ("bill", {"bill": "phone"}), ("buy", {"items": [("martabak", 1)], "to": "home"})]),
    # Told and not wished, one more of the same, names that hold other words
    ("guangzhou", "td pagi beli susu tp basi, refund ya", [("give_back", {"item": "susu", "reason": "quality"})]),
    ("shanghai", "tf Mandy 120 trus Sarah 80", [
        ("transfer", {"payee": "Mandy Zhao", "amount_fen": 12000}),
        ("transfer", {"payee": "Sarah Chen", "amount_fen": 8000})]),
    ("shanghai", "mau dua tiket Yu Garden buat minggu pagi, dewasa semua", [
        ("visit", {"place": "Yu Garden", "date": "2026-03-15", "adults": 2})]),
    ("guangzhou", "buatin reservasi hotel di Shenzhen lusa 1 malam deket Window of the World max 350", [
        ("stay", {"city": "深圳", "near": "Window of the World", "per_night_fen": 35000})]),
    ("guangzhou", "mau ke Shenzhen sabtu, nginep semalem trus minggu balik, total maks 800", [
        ("trip", {"destination": "深圳", "date": "2026-03-14"}), ("trip", {"date": "2026-03-15", "back_of": "g1"}),
        ("stay", {})]),
    ("beijing", "tiket kereta Beijing-Shanghai jumat sore 2 orang kelas 1, plg minggu malem", [
        ("trip", {"origin": "北京", "destination": "上海", "date": "2026-03-13", "passengers": 2, "cabin": "first"}),
        ("trip", {"origin": "上海", "date": "2026-03-15", "back_of": "g1"})]),
    ("beijing", "cariin kereta paling pagi ke Tianjin besok, pulangnya malem abis jam 8", [
        ("trip", {"destination": "天津", "date": "2026-03-12", "choice": "earliest"}),
        ("trip", {"date": "2026-03-12", "depart_after": "2026-03-12T20:00", "back_of": "g1"})]),
    ("beijing", "beliin kado utk anakku umur 5 thn, lego, maks 150, nyampe sblm sabtu", [
        ("buy", {"items": [("lego", 1)], "by": "2026-03-14T00:00", "budget_fen": 15000})]),
    ("beijing", "split bill makan malem 480 sama Budi dan Sarah", [
        ("collect", {"payers": ("Budi Santoso", "Sarah Chen"), "people": 3, "total_fen": 48000})]),
    ("shanghai", "tiap hari kerja boleh bayar kopi sendiri maks 25 sehari, gausah nanya", [
        ("mandate", {"day_fen": 2500, "weekdays": (0, 1, 2, 3, 4)})]),
    ("shanghai", "aku lg di bandara Pudong, pesenin mobil ke rumah sekarang", [
        ("ride", {"origin": "bandara Pudong", "destination": "home"})]),
    ("guangzhou", "obat alergi sama vitamin, maks 100", [
        ("buy", {"items": [("obat alergi", 1), ("vitamin", 1)], "without": (), "budget_fen": 10000})]),
    ("guangzhou", "pesen 5 bungkus nasi goreng, 3 pedes 2 gak pedes", [("buy", {"items": [("nasi goreng", 5)]})]),
    ("guangzhou", "mobil jam 6 pagi besok ke Canton Tower, 3 orang + 2 koper", [
        ("ride", {"destination": "Canton Tower", "at": "2026-03-12T06:00"})]),
    ("jakarta", "gak usah pesen apa2, cuma mau nanya saldo berapa", [("tell", {"about": "balance"})]),
    ("guangzhou", "pesen kopi kayak kemarin", [("buy", {"items": [("kopi", 1)], "like": "last"})]),
    ("jakarta", "bayarin air, listriknya jgn dulu", [("bill", {"bill": "water"})]),
    ("guangzhou", "uang kas 20 yuan ke Sarah ya", [("transfer", {"payee": "Sarah Chen", "amount_fen": 2000})]),
    ("guangzhou", "udah 2 hari wifi mati, kayaknya telat bayar, bayarin ya", [("bill", {"bill": "internet"})]),
    ("shanghai", "transfer ke Li Wei seratus lima puluh, buat taksi kemaren", [
        ("transfer", {"payee": "李伟", "amount_fen": 15000, "memo": "taksi kemarin"})]),
    ("jakarta", "nanti malem mau nonton di Grand Indonesia, jemput jam 6 dari rumah ya", [
        ("ride", {"origin": "home", "destination": "Grand Indonesia", "at": "2026-03-11T18:00"})]),
    ("guangzhou", "mie ayam tanpa sayur, es teh jumbo gula dikit", [
        ("buy", {"items": [("mie ayam", 1), ("teh jumbo", 1)], "without": ("sayur",)})]),
    ("guangzhou", "3 porsi dimsum ke kantor buat rapat jam 2, jgn telat", [
        ("buy", {"items": [("dimsum", 3)], "to": "office", "by": "2026-03-12T14:00"})]),
    ("guangzhou", "ke bandara jam 5 pagi besok dong", [("ride", {"at": "2026-03-12T05:00"})]),
]  # fmt: skip

NOTHING_TO_BUY = [
    "aduh bete banget hari ini",
    "makasih ya kak",
    "eh gajadi deh",
    "mudik nih!",
    "jgn beli apa2 dulu ya",
    "anter paket ke Budi dong",
    "tiket dong",
]


def read(words: str, city: str) -> tuple[Task, dict[str, str]]:
    """The task that words mean, and the address ids of the person's home and office."""
    me, desk, _ = town(words, "id", now=NOW, city=city, at="home")
    labels = {"rumah": "home", "kantor": "office"}
    ids = {a["address_id"]: labels[a["label"]] for a in me.addresses if a["label"] in labels}
    return understand(words, "id", me, desk), ids


def plainly(goal: Any, ids: dict[str, str]) -> dict[str, Any]:
    """A goal as a row of the table writes it: names for addresses, items as words and how many."""
    slots = {f: getattr(goal, f) for f in goal.__struct_fields__}
    slots = {f: ids.get(v, v) if isinstance(v, str) else v for f, v in slots.items()}
    if isinstance(goal, Buy):
        slots["items"] = [(item.words, item.quantity) for item in goal.items]
    return slots


def differs(wanted: dict[str, Any], slots: dict[str, Any]) -> list[str]:
    """The slots that are not as wanted: moments by their beginning, items by the words that they hold."""
    found = []
    for name, value in wanted.items():
        got = slots[name]
        if name == "items":
            same = len(got) == len(value) and all(
                words in g[0].casefold() and n == g[1] for (words, n), g in zip(value, got, strict=True)
            )
        elif isinstance(value, str) and value:
            same = str(got).startswith(value)
        else:
            same = got == value
        if not same:
            found.append(f"{name}: {got!r}, wanted {value!r}")
    return found


@pytest.mark.parametrize("row", ROWS, ids=[row[1][:40] for row in ROWS])
def test_an_errand_in_everyday_indonesian_is_understood(row: Row) -> None:
    city, words, wanted = row
    task, ids = read(words, city)
    kinds = sorted(msgspec.to_builtins(goal)["kind"] for goal in task.goals)
    assert kinds == sorted(kind for kind, _ in wanted), task
    goals = list(task.goals)
    for kind, slots in wanted:
        near = [g for g in goals if msgspec.to_builtins(g)["kind"] == kind]
        best = min(near, key=lambda g: len(differs(slots, plainly(g, ids))))
        goals.remove(best)
        assert not differs(slots, plainly(best, ids))


@pytest.mark.parametrize("words", NOTHING_TO_BUY)
def test_words_that_name_no_thing_buy_nothing(words: str) -> None:
    task, _ = read(words, "jakarta")
    bought = [g for g in task.goals if isinstance(g, Buy) and not any(q.goal == g.id for q in task.questions)]
    assert task.unclear or task.questions or not bought, task


@pytest.mark.parametrize(
    ("words", "fen"),
    [
        ("pesenin kopi 1 maks 30, langsung bayar aja gak usah nanya", 3000),
        ("pesenin kopi 1 maks 30", 0),
        ("bayarin listrik, di bawah 150 langsung aja, kalo lebih tanya dulu", 15000),
    ],
)
def test_only_plain_words_let_it_pay_without_asking(words: str, fen: int) -> None:
    assert read(words, "jakarta")[0].pay_up_to_fen == fen


def test_what_to_take_if_a_thing_is_sold_out_belongs_to_that_thing() -> None:
    task, _ = read("pesenin 2 soto ayam (kalo abis mie goreng aja) sama 1 es jeruk", "jakarta")
    (buy,) = task.goals
    assert isinstance(buy, Buy)
    assert [(item.words, item.instead) for item in buy.items] == [("soto ayam", "mie goreng"), ("es jeruk", "")]


def test_which_airport_and_when_is_asked_once() -> None:
    words = "tolong jemput mama di bandara besok, anter ke rumah"
    me, desk, _ = town(words, "id", now=NOW, city="shanghai")
    task = understand(words, "id", me, desk)
    (question,) = task.questions
    done = answer(task, question, "told", "Hongqiao ya bukan Pudong, jemputnya jam 15.50", me, desk)
    (ride,) = done.goals
    assert isinstance(ride, Ride)
    assert not done.questions
    assert "虹桥国际机场" in ride.origin
    assert ride.at.startswith("2026-03-12T15:50")
