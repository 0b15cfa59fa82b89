"""Errands in Chinese as people type them: what is wanted, and what must not be made of the words."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agent.rules import understand
from tests.agent.errand_town import town

NOW = "2026-03-18T16:20:00"
"""A Wednesday."""

Row = tuple[str, str, list[dict[str, Any]], dict[str, Any]]


def buy(*items: tuple[str, int], **slots: Any) -> dict[str, Any]:
    """A purchase of these things."""
    return {"kind": "buy", "items": list(items), **slots}


def goal(kind: str, **slots: Any) -> dict[str, Any]:
    """Another goal."""
    return {"kind": kind, **slots}


ROWS: list[Row] = [
    # --- goods and food ---------------------------------------------------------------------------------------
    ("中午给组里6个人订饭,200以内,12点半前送到公司", "hangzhou",
     [buy(("", 1), serves=6, budget_fen=20000, to="@公司")], {}),
    ("今晚加班 来份牛肉面送公司前台,不要香菜", "hangzhou", [buy(("牛肉面", 1), to="@公司")], {}),
    ("小米手环8的充电线买一根,30以内", "beijing", [buy(("小米手环8充电线", 1), budget_fen=3000)], {}),
    ("帮我买双42码的跑鞋 黑色的 三百以下", "beijing", [buy(("跑鞋", 1), budget_fen=30000)], {}),
    ("27寸的显示器来一台,别超过900", "shanghai", [buy(("27寸显示器", 1), budget_fen=90000)], {}),
    ("买两箱24瓶装的矿泉水送家里", "shanghai", [buy(("矿泉水", 2), to="@家")], {}),
    ("抽纸要3提,24包的那种", "shanghai", [buy(("抽纸", 3))], {}),
    ("上次买的洗发水再来两瓶 要500ml的", "beijing", [buy(("洗发水", 2), like="last")], {}),
    ("来杯热美式,再来个可颂 送公司", "shanghai", [buy(("美式", 1), ("可颂", 1), to="@公司")], {}),
    ("给李伟寄一盒茶叶,附言:新年快乐", "hangzhou", [buy(("茶叶", 1), note="新年快乐")], {}),
    ("我妈花生过敏,给她点份馄饨送过去", "hangzhou", [buy(("馄饨", 1), without=("peanut",))], {}),
    ("买点水果送家里,50以内,你直接付不用问我", "hangzhou", [buy(("水果", 1), to="@家", budget_fen=5000)],
     {"pay_up_to_fen": 5000}),
    ("买点水果送家里,50以内", "hangzhou", [buy(("水果", 1), to="@家", budget_fen=5000)], {"pay_up_to_fen": 0}),
    ("iPhone15的手机壳来一个 要透明的 40块以内", "shenzhen", [buy(("iPhone15手机壳", 1), budget_fen=4000)], {}),
    ("明天下午3点到3点半之间送束百合到公司,卡片写:辛苦啦", "shanghai",
     [buy(("百合", 1), to="@公司", at="2026-03-19T15:00", by="2026-03-19T15:30", note="辛苦啦")], {}),
    ("明早8点前送到:豆浆两杯,油条4根,茶叶蛋有的话来3个", "hangzhou",
     [buy(("豆浆", 2), ("油条", 4), ("茶叶蛋", 3), by="2026-03-19T08:00")], {}),
    ("外卖点个麻辣烫 微辣 别放香菜 送家", "chengdu", [buy(("麻辣烫", 1), to="@家")], {}),
    ("买包5kg的狗粮,后天之前要到", "chengdu", [buy(("5kg狗粮", 1), by="2026-03-20T00:00")], {}),
    ("头疼,帮我买盒布洛芬 半小时内送到", "hangzhou", [buy(("布洛芬", 1), by="2026-03-18T16:50")], {}),
    ("有同事吃清真,给我们五个人点下午茶 150封顶 送公司", "shenzhen",
     [buy(("下午茶", 1), serves=5, budget_fen=15000, to="@公司", tags=("halal",))], {}),
    ("奶茶三杯 两杯少冰一杯去冰 都半糖 送公司", "hangzhou", [buy(("奶茶", 3), to="@公司")], {}),
    ("整两份黄焖鸡米饭,一份微辣一份不辣,六点半之前到家", "hangzhou",
     [buy(("黄焖鸡米饭", 2), to="@家", by="2026-03-18T18:30")], {}),
    ("帮我在淘宝上买个保温杯 500毫升左右的 预算80", "hangzhou",
     [buy(("保温杯", 1), channel="taobao", budget_fen=8000)], {}),
    ("猫粮没了 老牌子 5公斤的 别超200", "shanghai", [buy(("猫粮", 1), like="last", budget_fen=20000)], {}),
    ("来两斤草莓,一斤车厘子,送到我家楼下", "beijing", [buy(("草莓", 2), ("车厘子", 1), to="@家")], {}),
    ("要一个苹果20w的充电头 还有一根1米的线 明天要用", "shanghai",
     [buy(("苹果20w充电头", 1), ("1米线", 1), by="2026-03-19T23:59")], {}),
    ("Mandy生日,订个6寸的蛋糕,蛋糕上写Happy Birthday,周六下午送到家", "shanghai",
     [buy(("6寸蛋糕", 1), to="@家", at="2026-03-21T15:00")], {}),
    ("咖啡x2 拿铁 大杯 热 →公司", "hangzhou", [buy(("拿铁", 2), to="@公司")], {}),
    ("买三盒牛奶,不对,五盒", "hangzhou", [buy(("牛奶", 5))], {}),
    ("不要奶茶了,换成咖啡,两杯送公司", "hangzhou", [buy(("咖啡", 2), to="@公司")], {}),
    ("下午茶 12个人 咖啡8杯奶茶4杯 都要热的 明天3点前到前台", "beijing",
     [buy(("咖啡", 8), ("奶茶", 4), to="@公司")], {}),
    ("尿不湿L码两包 湿巾一箱 今天要 家里", "hangzhou", [buy(("尿不湿", 2), ("湿巾", 1), to="@家")], {}),
    ("充电宝没电了 附近哪能马上送个过来 50块钱以内", "shenzhen",
     [buy(("充电宝", 1), budget_fen=5000, choice="fastest")], {}),
    ("快递一本书给李伟", "hangzhou", [buy(("书", 1))], {}),
    ("您受累给订俩驴肉火烧 送单位", "beijing", [buy(("驴肉火烧", 2), to="@公司")], {}),
    ("给我整一碗担担面撒,要得不,送到屋头", "chengdu", [buy(("担担面", 1), to="@家")], {}),
    ("帮我妈买个血压计寄到老家", "shanghai", [buy(("血压计", 1), to="")], {"asks": "to"}),
    ("给女朋友订束玫瑰,情人节卡片上写 永远爱你,送到她公司", "shenzhen", [buy(("玫瑰", 1), to="")], {"asks": "to"}),
    ("order一杯latte 送office 谢谢", "hangzhou", [buy(("latte", 1), to="@公司")], {}),
    ("中秋要给客户寄5盒月饼 每盒200左右 寄到李伟那", "beijing", [buy(("月饼", 5), about_fen=100000)], {}),
    ("我妈过生日,周六上午11点前送一束康乃馨到她家,卡片写“生日快乐”", "guangzhou",
     [buy(("康乃馨", 1), by="2026-03-21T11:00", note="生日快乐")], {}),
    ("买个儿童安全座椅,3岁用的,500以内,三天内到", "chengdu", [buy(("儿童安全座椅", 1), budget_fen=50000)], {}),
    ("要三杯咖啡,一杯拿铁两杯美式,都要冰的,2点半送到公司", "hangzhou",
     [buy(("拿铁", 1), ("美式", 2), to="@公司")], {}),
    ("热美式2 冰拿铁3 送前台", "hangzhou", [buy(("美式", 2), ("拿铁", 3), to="@公司")], {}),
    # --- ways ---------------------------------------------------------------------------------------------------
    ("明早8点半叫个车去杭州东站,两个人三个箱子", "hangzhou",
     [goal("ride", destination="杭州东站", at="2026-03-19T08:30")], {}),
    ("约辆车,明天下午4点从公司到杭州东站", "hangzhou",
     [goal("ride", origin="@公司", destination="杭州东站", at="2026-03-19T16:00")], {}),
    ("我妈周六下午三点到杭州东站,叫个车接她回家", "hangzhou",
     [goal("ride", origin="杭州东站", destination="@家", meets="2026-03-21T15:00", passenger="王秀兰")], {}),
    ("周五晚上回北京的高铁 两张二等座", "hangzhou",
     [goal("trip", mode="train", destination="北京", date="2026-03-20", passengers=2, cabin="second")], {}),
    ("周四飞广州 周六回,机票来回2000以内", "hangzhou",
     [goal("trip", mode="flight", destination="广州", date="2026-03-19"),
      goal("trip", origin="广州", date="2026-03-21", back_of="g1")], {"budget_fen": 200000}),
    ("这周六去成都住两晚,酒店要大床房 春熙路附近 四百一晚以内 含早", "shanghai",
     [goal("stay", city="成都", near="春熙路", check_in="2026-03-21", nights=2, per_night_fen=40000, bed="double",
           breakfast=True)], {}),
    ("周日带爸妈和孩子去上海迪士尼乐园玩,三大一小的票买好", "shanghai",
     [goal("visit", date="2026-03-22", adults=3, children=1)], {}),
    ("下周二10点前要到北京国贸,帮我买机票 1200以内", "shanghai",
     [goal("trip", mode="flight", destination="北京", arrive_by="2026-03-24T10:00", budget_fen=120000)], {}),
    ("明天去趟天津,早上8点以后的高铁 一等座 下午五点左右回来", "beijing",
     [goal("trip", destination="天津", date="2026-03-19", cabin="first"),
      goal("trip", origin="天津", date="2026-03-19", back_of="g1")], {}),
    ("G字头去上海的,明早7点到9点之间出发,二等座,两个人", "beijing",
     [goal("trip", destination="上海", depart_after="2026-03-19T07:00:00+08:00",
           depart_before="2026-03-19T09:00:00+08:00", arrive_by="", passengers=2)], {}),
    ("后天去杭州,飞机高铁都行,哪个便宜坐哪个", "shanghai",
     [goal("trip", mode="", destination="杭州", choice="cheapest")], {}),
    ("从广州南到长沙的票 明天上午 两大一小", "guangzhou",
     [goal("trip", destination="长沙", date="2026-03-19", passengers=3, depart_at="")], {}),
    ("我要去上海出差三天 下周二出发 帮我订机票和酒店 酒店每晚500左右", "beijing",
     [goal("trip", mode="flight", destination="上海", date="2026-03-24"),
      goal("stay", nights=2, per_night_fen=50000)], {}),
    ("本周六住一晚陆家嘴的酒店,1500以下,可以免费取消", "shanghai",
     [goal("stay", near="陆家嘴", check_in="2026-03-21", per_night_fen=150000, free_cancel=True)], {}),
    ("叫个车 去虹桥机场T2,明天早上六点出发", "shanghai",
     [goal("ride", origin="", destination="虹桥机场T2", at="2026-03-19T06:00", meets="")], {}),
    ("明天下午2点去接我妈,她在杭州东站,送到家里", "hangzhou",
     [goal("ride", origin="杭州东站", destination="@家", at="2026-03-19T14:00", passenger="王秀兰")], {}),
    ("帮我订个去萧山机场的车,明早5点,3个人4个箱子", "hangzhou",
     [goal("ride", destination="萧山机场", at="2026-03-19T05:00")], {}),
    ("明早赶飞机,7点半的航班从浦东走,帮我约个车", "shanghai", [goal("ride")], {"asks": "destination"}),
    ("买4张西湖游船的票,明天的,两个大人两个小孩", "hangzhou",
     [goal("visit", date="2026-03-19", adults=2, children=2)], {}),
    ("下午去良渚博物院 两个人 买票", "hangzhou", [goal("visit", place="良渚博物院", adults=2)], {}),
    ("后天带娃去看恐龙展,下雨也不怕的那种室内的地方,两大一小,预算300", "hangzhou",
     [goal("visit", date="2026-03-20", adults=2, children=1, stay_dry=True, budget_fen=30000)], {}),
    ("明天带爸妈去深圳 高铁 上午去晚上回 三个人", "guangzhou",
     [goal("trip", destination="深圳", date="2026-03-19", passengers=3),
      goal("trip", origin="深圳", date="2026-03-19", back_of="g1")], {}),
    ("后天早上7点的航班去深圳,经济舱靠窗,再帮我叫个5点的车从家去机场", "beijing",
     [goal("trip", mode="flight", destination="深圳", seat="window"),
      goal("ride", origin="@家", destination="@g1.origin", at="2026-03-20T05:00")], {}),
    ("下周五到下周日去成都,往返机票+酒店,酒店春熙路附近,总预算4000", "shanghai",
     [goal("trip", destination="成都", date="2026-03-27"), goal("trip", date="2026-03-29", back_of="g1"),
      goal("stay", near="春熙路")], {"budget_fen": 400000}),
    # --- money ----------------------------------------------------------------------------------------------------
    ("跟我妈转500块生活费", "hangzhou", [goal("transfer", payee="王秀兰", amount_fen=50000)], {}),
    ("昨晚吃火锅小林垫的132块,还给她", "hangzhou", [goal("transfer", payee="林小雨", amount_fen=13200)], {}),
    ("李伟上次帮我垫了68块5,转他", "hangzhou", [goal("transfer", payee="李伟", amount_fen=6850)], {}),
    ("电费和水费一起交了 走信用卡 别动余额", "hangzhou", [goal("bill", bill="electricity"), goal("bill", bill="water")],
     {"method": "card", "not_method": "wallet"}),
    ("燃气费交一下,超过100先问我", "hangzhou", [goal("bill", bill="gas")], {"pay_up_to_fen": 0}),
    ("晚饭388我付的,我和小林阿杰三个人平摊 帮我收一下", "hangzhou",
     [goal("collect", people=3, total_fen=38800, payers=("林小雨", "陈阿杰"))], {}),
    ("以后每天的早餐你直接付,一天40以内", "hangzhou", [goal("mandate", day_fen=4000)], {}),
    ("上个月房租阿杰先给我垫了1500,今天还他,用银行卡", "hangzhou",
     [goal("transfer", payee="陈阿杰", amount_fen=150000)], {"method": "card"}),
    ("还李伟饭钱56.8", "hangzhou", [goal("transfer", payee="李伟", amount_fen=5680)], {}),
    ("给李伟转1000块,备注买药", "hangzhou", [goal("transfer", payee="李伟", amount_fen=100000, memo="买药")], {}),
    ("这个月水电煤一起帮我交了,超过500告诉我一声", "beijing",
     [goal("bill", bill="electricity"), goal("bill", bill="water"), goal("bill", bill="gas")], {"pay_up_to_fen": 0}),
    ("交一下水费电费,网费不用", "hangzhou", [goal("bill", bill="electricity"), goal("bill", bill="water")], {}),
    ("水费帮我交了 走招行卡 余额留着", "hangzhou", [goal("bill", bill="water")],
     {"method": "招行", "not_method": "wallet"}),
    ("昨天聚餐我结的账,480,4个人平分,小林阿杰Mandy各转我", "hangzhou",
     [goal("collect", people=4, total_fen=48000, payers=("林小雨", "陈阿杰", "Mandy Zhao"))], {}),
    ("以后打车不超过50的不用问我 直接付", "hangzhou", [goal("mandate", single_fen=5000)], {}),
    # --- afterwards -------------------------------------------------------------------------------------------------
    ("把后天的酒店退了 要扣钱就算了", "hangzhou", [goal("cancel", what="hotel", only_if_free=True)], {}),
    ("前天买的鞋38码小了,退掉", "hangzhou", [goal("give_back", item="鞋", reason="size")], {}),
    ("明天上海下不下雨", "hangzhou", [goal("tell", about="weather", place="上海")], {}),
    ("五一不回家了,把我订的回家的火车票退了", "guangzhou", [goal("cancel", what="train")], {}),
    ("昨天那件外套不要了,七天无理由退一下", "hangzhou", [goal("give_back", item="外套")], {}),
    ("淘宝买的台灯坏了不亮,申请退款", "hangzhou", [goal("give_back", item="台灯")], {}),
    ("中午那单外卖还没送到,取消掉", "hangzhou", [goal("cancel", what="food")], {}),
    ("门票改到周日,周六可能下雨", "hangzhou", [goal("reschedule", date="2026-03-22")], {}),
    ("电费好像扣了两遍 帮我看看", "hangzhou", [goal("dispute")], {}),
    ("查下我支付宝还剩多少钱", "hangzhou", [goal("tell", about="balance")], {}),
    ("帮我看看明天去上海的高铁多少钱 先别买", "hangzhou", [goal("tell", about="price")], {}),
    ("网购的耳机到了是坏的 退货", "hangzhou", [goal("give_back", item="耳机", reason="quality")], {}),
    ("后天去北京的飞机票帮我退掉 扣手续费就别退了", "hangzhou",
     [goal("cancel", what="flight", only_if_free=True)], {}),
    # --- nothing to buy ---------------------------------------------------------------------------------------------
    ("那个啥 你懂的", "hangzhou", [], {"unclear": True}),
    ("先别下单,我再想想", "hangzhou", [], {"unclear": True}),
    ("帮我弄一下那个", "hangzhou", [], {"unclear": True}),
    ("帮我写首诗", "hangzhou", [], {"unclear": True}),
    ("你是谁", "hangzhou", [], {"unclear": True}),
    ("今天几号", "hangzhou", [], {"unclear": True}),
    ("明天上午9点叫我起床", "hangzhou", [], {"unclear": True}),
    ("帮我给李伟发个消息说我晚点到", "hangzhou", [], {"unclear": True}),
    ("买票", "hangzhou", [], {"unclear": True}),
    ("加班好累啊", "hangzhou", [], {"unclear": True}),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_is_wanted(row: Row) -> None:
    words, city, wanted, whole = row
    me, desk, _ = town(words, "zh", now=NOW, city=city)
    labels = {f"@{a['label']}": a["address_id"] for a in me.addresses}
    task = understand(words, "zh", me, desk)
    found = [{**msgspec.to_builtins(g), "kind": type(g).__struct_config__.tag} for g in task.goals]
    assert [g["kind"] for g in found] == [w["kind"] for w in wanted], task
    for made, want in zip(task.goals, wanted, strict=True):
        for slot, value in want.items():
            if slot == "kind":
                continue
            got = getattr(made, slot)
            if slot == "items":
                got = [(i.words, i.quantity) for i in got]
            if slot in ("at", "by", "meets", "arrive_by"):
                got = got[:16]
            assert got == (labels.get(value, value) if isinstance(value, str) else value), (slot, task)
    for slot, value in whole.items():
        if slot == "asks":
            assert value in {question.field for question in task.questions}, task
            continue
        assert (bool(task.unclear) if slot == "unclear" else getattr(task, slot)) == value, task
