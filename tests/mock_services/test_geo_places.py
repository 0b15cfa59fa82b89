"""The tables hold real places, agree with each other, and answer to the names that people type."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from mock_services.geo import (
    Air,
    Airline,
    Airport,
    City,
    District,
    Place,
    Places,
    Poi,
    Rail,
    Station,
    distance_m,
    fold,
    places,
)
from mock_services.geo.places import read_table

# Their districts are coded under the municipality, or (Jakarta) one level above what the first four digits say.
MUNICIPALITIES = {"beijing", "shanghai", "tianjin", "chongqing", "jakarta"}
BIG = ("hangzhou", "shanghai", "beijing", "guangzhou", "shenzhen", "chengdu", "jakarta")


@pytest.fixture(scope="module")
def world() -> Places:
    return places()


def place_id(place: Place) -> str:
    match place:
        case Airport():
            return place.iata
        case Station():
            return place.code
        case _:
            return place.id


@pytest.mark.parametrize(
    ("typed", "city"),
    [
        ("Xi'an", "xian"),
        ("Xi’an", "xian"),
        ("xian", "xian"),
        ("XI AN", "xian"),
        ("西安", "xian"),
        ("西安市", "xian"),
        ("Hang Zhou", "hangzhou"),
        ("魔都", "shanghai"),
        ("ＪＡＫＡＲＴＡ", "jakarta"),
        ("雅加达", "jakarta"),
        ("Singapura", "singapore"),
    ],
)
def test_a_city_is_found_by_any_of_its_names(world: Places, typed: str, city: str) -> None:
    found = world.city_named(typed)
    assert found is not None
    assert found.id == city


@pytest.mark.parametrize("typed", ["", "Atlantis City", "Hang", "浙江", "can"])
def test_a_name_that_no_city_has_finds_none(world: Places, typed: str) -> None:
    assert world.city_named(typed) is None


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("静安寺", "shanghai-jingan-temple"),
        ("Lujiazui", "shanghai-lujiazui"),
        ("Bund", "shanghai-the-bund"),
        ("the bund", "shanghai-the-bund"),
        ("国贸", "beijing-guomao"),
        ("Pingjiang Road", "suzhou-pingjiang-road"),
        ("Jalan Pingjiang", "suzhou-pingjiang-road"),
        ("West Lake", "hangzhou-west-lake"),
        ("Danau Barat", "hangzhou-west-lake"),
        ("monas", "jakarta-national-monument"),
        ("Kota Tua", "jakarta-old-town"),
        ("Istana Potala", "lhasa-potala-palace"),
        ("北京南站", "VNP"),
        ("Stasiun Hangzhou Timur", "HGH"),
        ("虹桥火车站", "AOH"),
        ("浦东机场", "PVG"),
        ("pvg", "PVG"),
        ("Bandara Soetta", "CGK"),
        ("西湖区", "hangzhou-xihu"),
        ("Jakarta Selatan", "jakarta-selatan"),
    ],
)
def test_places_are_found_in_three_languages(world: Places, typed: str, place: str) -> None:
    assert place in [place_id(found) for found in world.named(typed)]


def test_a_code_shared_by_an_airport_and_a_station_stays_two_things(world: Places) -> None:
    assert world.airport("HGH").city == world.station("HGH").city == "hangzhou"
    assert world.airport("HGH").name.zh == "杭州萧山国际机场"
    assert world.station("HGH").name.zh == "杭州东"


def test_one_name_in_several_cities_finds_all_of_them(world: Places) -> None:
    cities = {p.city for p in world.named("太古里") if isinstance(p, Poi)}
    assert cities == {"beijing", "chengdu"}


def test_a_name_means_one_place_within_a_city(world: Places) -> None:
    """Where a station and the area around it share a name, only the two of them do."""
    sites: list[Poi | Station | Airport] = [*world.pois, *world.stations, *world.airports]
    for place in sites:
        for text in (*place.name.every(), *place.aliases):
            namesakes = [f for f in world.named(text) if not isinstance(f, City) and f.city == place.city]
            kinds = Counter(type(f) for f in namesakes)
            assert set(kinds.values()) == {1}, text


def test_names_are_there_in_every_language(world: Places) -> None:
    named: list[Place | Airline] = [*world.cities, *world.districts, *world.airports, *world.stations]
    named += [*world.pois, *world.airlines]
    for row in named:
        assert all(n and n == n.strip() for n in row.name.every()), row
        assert re.search(r"[\u4e00-\u9fff]|^[A-Z]", row.name.zh), row
        assert not re.search(r"[\u4e00-\u9fff]", row.name.en + row.name.id), row
        aliases = getattr(row, "aliases", ())
        assert all(a and a == a.strip() for a in aliases), row


def test_codes_are_unique(world: Places) -> None:
    for codes in (
        [c.id for c in world.cities],
        [c.adcode for c in world.cities],
        [d.id for d in world.districts],
        [d.adcode for d in world.districts],
        [a.iata for a in world.airports],
        [s.code for s in world.stations],
        [p.id for p in world.pois],
        [a.code for a in world.airlines],
        [t.city for t in world.tariffs],
        [fold(n) for c in world.cities for n in {*map(fold, (*c.name.every(), *c.aliases))}],
    ):
        assert [code for code, times in Counter(codes).items() if times > 1] == []


def test_adcodes_place_a_district_in_its_city(world: Places) -> None:
    for city in world.cities:
        assert re.fullmatch(r"\d{6}", city.adcode)
        for district in world.districts_of(city.id):
            assert re.fullmatch(r"\d{6}", district.adcode)
            shared = 2 if city.id in MUNICIPALITIES else 4
            assert district.adcode[:shared] == city.adcode[:shared], district.id


def test_every_city_is_furnished(world: Places) -> None:
    assert len(world.cities) == 20
    for city in world.cities:
        # Sanya has four districts, no more.
        assert len(world.districts_of(city.id)) >= (4 if city.id == "sanya" else 5), city.id
        assert len(world.pois_of(city.id)) >= (25 if city.id in BIG else 12), city.id
        assert world.airports_of(city.id) or city.id == "suzhou"
        assert world.stations_of(city.id) or city.id == "singapore"
        assert world.tariff(city.id).flag_fen > 0
    for district in world.districts:
        assert 5 <= len(district.roads) <= 10, district.id
        assert len(set(district.roads)) == len(district.roads), district.id


def test_everything_lies_where_its_city_is(world: Places) -> None:
    sites: list[Poi | Airport | Station | District]
    sites = [*world.pois, *world.airports, *world.stations, *world.districts]
    for place in sites:
        city = world.city(place.city)
        # Namtso belongs to Lhasa and is a day trip away.
        limit_km = 130 if place_id(place) in ("lhasa-namtso-lake", "lhasa-dangxiong") else 80
        assert distance_m(place.lon, place.lat, city.lon, city.lat) <= limit_km * 1000, place_id(place)


def test_a_poi_stands_in_a_district_of_its_city(world: Places) -> None:
    for poi in world.pois:
        district = world.district(poi.district)
        assert district.city == poi.city
        assert distance_m(poi.lon, poi.lat, district.lon, district.lat) <= 50_000, poi.id
        assert poi.address
        assert 0 <= poi.queue <= 3


def test_poi_categories_are_few(world: Places) -> None:
    per_category = Counter(p.category for p in world.pois)
    assert set(per_category) == {
        *("attraction", "convention", "family", "food_street", "hospital", "landmark", "mall", "metro"),
        *("museum", "office", "park", "station_area", "temple", "theatre", "university"),
    }


def test_rainy_days_have_somewhere_to_take_children(world: Places) -> None:
    for city_id in BIG:
        dry = [p for p in world.pois_of(city_id) if p.category == "family" and p.indoor and p.queue <= 1]
        assert dry, city_id


def test_trains_run_between_real_stations_at_real_speeds(world: Places) -> None:
    assert len({frozenset((r.a, r.b)) for r in world.rails}) == len(world.rails)
    for r in world.rails:
        assert world.station(r.station_a).city == r.a
        assert world.station(r.station_b).city == r.b
        a, b = world.city(r.a), world.city(r.b)
        assert r.km * 1000 >= distance_m(a.lon, a.lat, b.lon, b.lat) * 0.93, (r.a, r.b)
        assert r.fastest_min <= r.slowest_min
        assert r.km * 60 / r.fastest_min <= 350, (r.a, r.b)
        assert r.km * 60 / r.slowest_min >= 60, (r.a, r.b)
        yuan_per_km = r.fare_fen / 100 / r.km
        assert 0.08 <= yuan_per_km <= 0.75, (r.a, r.b)
        assert r.trains >= 1
        assert set(r.kinds) <= {"G", "D", "C", "Z"}


def test_flights_fly_between_real_airports_at_real_speeds(world: Places) -> None:
    assert len({frozenset((f.a, f.b)) for f in world.airs}) == len(world.airs)
    for f in world.airs:
        assert all(world.airport(iata).city == f.a for iata in f.airports_a), (f.a, f.b)
        assert all(world.airport(iata).city == f.b for iata in f.airports_b), (f.a, f.b)
        assert f.airlines
        assert all(world.airline(code) for code in f.airlines)
        here, there = world.airport(f.airports_a[0]), world.airport(f.airports_b[0])
        assert abs(f.km * 1000 - distance_m(here.lon, here.lat, there.lon, there.lat)) <= 1000, (f.a, f.b)
        if f.direct:
            # Half an hour of taxiing and climbing, then a cruise that no airliner exceeds.
            assert f.km / (f.minutes - 30) * 60 <= 900, (f.a, f.b)
        else:
            assert world.city(f.via).id not in (f.a, f.b)
            first, second = world.air(f.a, f.via), world.air(f.via, f.b)
            assert first is not None, (f.a, f.via)
            assert second is not None, (f.via, f.b)
            assert f.minutes > first.minutes + second.minutes, (f.a, f.b)


def test_hubs_are_cities(world: Places) -> None:
    for airline in world.airlines:
        assert airline.hubs
        assert all(world.city(hub) for hub in airline.hubs)


def test_a_link_reads_in_the_direction_that_was_asked(world: Places) -> None:
    there, back = world.rail("hangzhou", "shanghai"), world.rail("shanghai", "hangzhou")
    assert isinstance(there, Rail)
    assert isinstance(back, Rail)
    assert (there.station_a, there.station_b) == ("HGH", "AOH") == (back.station_b, back.station_a)
    assert (there.km, there.fastest_min, there.fare_fen) == (back.km, back.fastest_min, back.fare_fen)
    out, home = world.air("jakarta", "shanghai"), world.air("shanghai", "jakarta")
    assert isinstance(out, Air)
    assert isinstance(home, Air)
    assert (out.airports_a, out.airports_b) == (("CGK",), ("PVG",)) == (home.airports_b, home.airports_a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("shanghai", "hangzhou"),
        ("shanghai", "suzhou"),
        ("hangzhou", "suzhou"),
        ("beijing", "shanghai"),
        ("guangzhou", "shenzhen"),
        ("chengdu", "chongqing"),
        ("xian", "chengdu"),
        ("wuhan", "tianjin"),
    ],
)
def test_well_known_train_pairs_are_there(world: Places, a: str, b: str) -> None:
    assert world.rail(a, b) is not None


def test_what_does_not_exist_is_not_there(world: Places) -> None:
    assert world.rail("jakarta", "singapore") is None
    assert world.rail("hangzhou", "hangzhou") is None
    assert world.air("suzhou", "beijing") is None
    assert world.pois_of("atlantis") == ()
    with pytest.raises(KeyError):
        world.city("atlantis")


def test_nobody_flies_to_lhasa_for_five_hundred(world: Places) -> None:
    flight = world.air("hangzhou", "lhasa")
    assert flight is not None
    assert flight.fare_fen > 50_000 * 3


def test_a_damaged_table_is_named_with_its_line(tmp_path: Path) -> None:
    table = tmp_path / "airports.tsv"
    head = "iata\tcity\tzh\ten\tid_name\taliases\tlon\tlat\n"
    table.write_text(head + "HGH\thangzhou\t萧山\tXiaoshan\t\t\teast\t30.2\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"airports\.tsv, line 2: .*lon"):
        read_table(table, Airport)


def test_loading_the_tables_brings_in_nothing_heavy() -> None:
    code = (
        "import sys; from mock_services.geo import places; places();"
        "print([m for m in ('numpy', 'haversine', 'pydantic') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
