"""Kinds of places: what people call them in three languages, when they are open, and how ordinary ones are named."""

from __future__ import annotations

import msgspec


class Category(msgspec.Struct, frozen=True, gc=False):
    """``words`` are what a search for the kind finds, ``opentime`` is the usual one."""

    words: str
    opentime: str


CATEGORIES: dict[str, Category] = {
    "airport": Category("机场 飞机场 航站楼 airport terminal bandara", "00:00-24:00"),
    "railway_station": Category("火车站 高铁站 车站 railway train station stasiun kereta", "05:00-24:00"),
    "attraction": Category("景点 旅游 游玩 attraction sight sightseeing tempat wisata", "08:00-18:00"),
    "landmark": Category("地标 landmark ikon kota", "00:00-24:00"),
    "museum": Category("博物馆 展览 科技馆 museum exhibition pameran", "09:00-17:00, closed on Mondays"),
    "family": Category("亲子 儿童 乐园 带孩子 family kids children theme park anak keluarga bermain", "09:30-18:00"),
    "park": Category("公园 散步 绿地 park garden taman", "06:00-22:00"),
    "temple": Category("寺庙 教堂 清真寺 temple church mosque kuil masjid gereja", "07:30-17:30"),
    "theatre": Category("剧院 剧场 音乐厅 演出 theatre concert opera teater", "09:00-21:30"),
    "mall": Category("商场 购物中心 逛街 mall shopping centre department store belanja", "10:00-22:00"),
    "food_street": Category("美食街 小吃 夜市 餐饮 food street snacks night market kuliner jajanan", "10:00-23:00"),
    "convention": Category("会展中心 国际会议中心 博览 convention exhibition centre conference pameran", "08:30-18:00"),
    "hospital": Category("医院 急诊 看病 hospital emergency doctor rumah sakit dokter", "00:00-24:00"),
    "university": Category("大学 学校 校园 university college campus universitas kampus", "06:00-23:00"),
    "office": Category("写字楼 园区 公司 办公 office campus business park kantor", "07:00-22:00"),
    "estate": Category("小区 住宅 新村 housing estate residential perumahan kompleks", "00:00-24:00"),
    "metro": Category("地铁站 metro subway mrt stasiun", "05:30-23:30"),
    "station_area": Category("商圈 站前 area district kawasan", "00:00-24:00"),
    "pharmacy": Category("药店 药房 买药 pharmacy drugstore chemist apotek obat", "08:00-22:00"),
    "supermarket": Category("超市 便利 supermarket grocery convenience swalayan", "07:30-22:30"),
    "cafe": Category("咖啡 咖啡馆 cafe coffee kopi kafe", "08:00-21:00"),
    "gym": Category("健身房 游泳 gym fitness swimming kebugaran", "07:00-22:30"),
    "bank": Category("银行 取款机 bank atm cash tunai", "09:00-17:00"),
    "cinema": Category("电影院 影城 cinema movie film bioskop", "10:00-24:00"),
    "library": Category("图书馆 看书 阅览 library reading perpustakaan", "09:00-20:00"),
    "car_park": Category("停车场 充电站 car park parking charging parkir", "00:00-24:00"),
}


class Ordinary(msgspec.Struct, frozen=True, gc=False):
    """An everyday place that every district has; ``{road}`` is filled in. ``indoor`` as on the map."""

    category: str
    zh: str
    en: str
    indonesian: str
    indoor: bool


ORDINARY = (
    Ordinary("pharmacy", "{road}大药房", "{road} Pharmacy", "Apotek {road}", True),
    Ordinary("supermarket", "{road}生活超市", "{road} Supermarket", "Swalayan {road}", True),
    Ordinary("park", "{road}社区公园", "{road} Community Park", "Taman {road}", False),
    Ordinary("office", "{road}商务大厦", "{road} Business Tower", "Menara {road}", True),
    Ordinary("cinema", "{road}影城", "{road} Cinema", "Bioskop {road}", True),
    Ordinary("library", "{road}图书馆", "{road} Library", "Perpustakaan {road}", True),
    Ordinary("cafe", "{road}咖啡馆", "{road} Café", "Kafe {road}", True),
    Ordinary("gym", "{road}健身中心", "{road} Fitness Centre", "Pusat Kebugaran {road}", True),
    Ordinary("bank", "{road}支行", "{road} Bank Branch", "Bank Cabang {road}", True),
    Ordinary("car_park", "{road}公共停车场", "{road} Car Park", "Parkir {road}", False),
)

QUEUES = ("none", "short", "long", "an_hour_or_more")
