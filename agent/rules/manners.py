"""What people say around an errand: greetings, thanks, how their day goes. It is taken out before the words are read.

A remark goes only if it could not be a part of the errand: no figure, no day or hour that stands for a date, no word of
wanting, buying, paying or going in it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from agent.rules.tables import load_table
from agent.words import KEPT

_TABLE = Path(__file__).parent / "manners.yaml"
_SEGMENT = re.compile(r"[^,，;；。.!！?？\n]+(?:\.(?=\w)[^,，;；。.!！?？\n]+)*[,，;；。.!！?？\n]*")
_FIGURE = re.compile(r"\d|[一二两三四五六七八九十几]\s*[个份杯碗盒瓶袋包件双只条块元张支箱点]|[¥￥]")
_WANTS = re.compile(
    r"买|订|点(?!事|儿?忙|[晚懵困累])|送|寄|叫(?!苦)|交[^代]|缴|付|转(?!眼)|退|取消|改|约|充|预[订约]"
    r"|来[一两三四五六七八九十\d]"
    r"|\b(?:order|buy|get|grab|need|want|send|pay|book|cancel|return|refund|transfer|deliver\w*|please|pls"
    r"|settle|bill)\b"
    r"|\b(?:pesan\w*|beli\w*|kirim\w*|antar\w*|bayar\w*|tolong\w*|transfer\w*|batal\w*|tagihan|mau|pengen|butuh"
    r"|perlu|harus|carikan|cariin"
    r"|konfirmasi|tanya\w*|naik|jalan kaki)\b|\b(?:confirm\w*|walk\w*|flights?|trains?|hotels?|cancelled|canceled)\b"
    r"|确认|问我|航班|飞机|火车|高铁|酒店|早餐|含早|直飞|转机|二等|一等|便宜|附近|免费"
    r"|\b(?:breakfast|sarapan\w*|includ\w*|termasuk|has to be|must|non-?stop|direct|transit|cheapest|termurah)\b",
    re.IGNORECASE,
)
_BUSY = re.compile(
    r"忙|脚不沾地|焦头烂额|乱糟糟|事情?[^,，。]{0,6}多|累|困死|头昏|没睡|睡不|抽不开身|走不开|没空|顾不上"
    r"|手头[^,，。]{0,4}紧|吃土|月光|天气|装修|吵死|没电"
    r"|开完[^,，。]{0,6}会|长话短说|馋|肚子饿|饿死|饿了|一直没(?:空|弄|时间)|一直拖|拖到|太麻烦|懒得|嫌麻烦|脑子"
    r"|\b(?:one of those (?:days|weeks|mornings)|been (?:a|such a|quite a) [\w ]{0,20}(?:day|week|morning)"
    r"|swamped|hectic|crazy (?:day|week|busy)"
    r"|rushed off|run off my feet|exhausted|knackered|barely slept|didn['’]?t sleep|about to die|drilling"
    r"|raining on and off|long meeting"
    r"|putting (?:this|it) off|never (?:got|get) round|haven['’]?t got round|no time|money is (?:a bit |so "
    r"|really )?tight|skint|short of cash"
    r"|no way i['’]?m going|can['’]?t be bothered|craving (?:this|it)|my head is|all over the place|up to my"
    r" (?:neck|eyes))\b"
    r"|\b(?:ribet|sibuk|hectic|pusing|capek|capai|cape|repot|bokek|tongpes|kurang tidur|nggak sempat|gak sempat"
    r"|ga sempat|tidak sempat|belum sempat"
    r"|kepikiran|mager|males|malas|hujan terus|rapat panjang|mau habis|renovasi|berisik|kelaparan|lapar)\b",
    re.IGNORECASE,
)
"""How somebody is, or how their day goes."""
_NOTHING = re.compile(
    r"(?:唉|哎|诶|嗯|那个|话说|对了|我跟你说|跟你说(?:个|件)?事?(?:啊|哈|哦)?|是这样的?|是这么回事|说来话长"
    r"|我想了(?:半天|想|一下)?)+"
    r"|(?:我想了(?:半天|想|一下))?(?:还是)?(?:交给|让|麻烦|靠|拜托)你(?:来)?(?:办|弄|搞|处理|安排)?(?:吧|了)?"
    r"|(?:大概|应该|差不多)?(?:就|也就)?(?:这些|这样|这么多|这几样)(?:了|吧|啦)?|(?:应该)?没(?:漏|忘|别的)(?:什么"
    r"|啥)?(?:事|了|的)*(?:吧)?"
    r"|你看着办(?:吧|就行|就好)?|有(?:问题|不清楚的?|不明白的?)(?:再|就|随时)?(?:问我|说|跟我说|找我)"
    r"|(?:一直|早就|本来|老)?(?:说|想)(?:要|着)?(?:买|弄|办|交|订)?(?:来着)?(?:但|可是|却|就)?(?:一直|总是"
    r"|老是)?(?:没空|没时间|忘|拖)[^,，。]{0,5}"
    r"|(?:actually |honestly )?i (?:was going|meant|wanted|keep meaning) to (?:do|get|sort|buy|order) (?:it|this"
    r"|that|these)(?: myself)?(?:,? but.*)?"
    r"|(?:i )?keep forgetting to (?:get|do|buy|order) (?:it|this|that|these)"
    r"|(?:sebenarnya |tadinya |sebetulnya )?(?:mau|pengen|niat)\w* \w+ sendiri,? (?:tapi|cuma|eh).*"
    r"|dari kemarin (?:lupa|kepikiran|mau)(?: terus)?(?: mau beli| soal ini)?"
    r"|(?:so |okay |ok |right |well |alright )*(?:here['’]?s|here is) the (?:thing|deal|situation)|(?:so |and"
    r" )?(?:now )?it['’]?s (?:now )?urgent"
    r"|(?:i think |i guess |i believe )?(?:that['’]?s|that is|that should be|that would be|that will be)"
    r" (?:about )?(?:all|everything|it)(?: for now| i think| from me)?"
    r"|(?:just )?(?:let me know|tell me|shout|ask me|ask) if (?:anything|something|any of (?:this|it)) ?(?:is"
    r"|['’]s)? ?(?:un|not )clear|any questions,? (?:just )?(?:ask|shout)"
    r"|(?:oke|ok|jadi|nah|gini|begini|ya)*(?: ?(?:oke|jadi|nah|ceritanya|begini|gini|gini ya|begini ya))+"
    r"|(?:udah|sudah|kayaknya|sepertinya|kira-kira|mungkin|itu|segitu|ya|gitu|cukup)(?:[ ,]+(?:itu|segitu|gitu"
    r"|dulu|aja|saja|ya|deh|sih|kok|udah|cukup))+"
    r"|(?:kalau|kalo|klo|jika) ada yang (?:kurang |belum |nggak |gak |tidak )?(?:jelas|bingung|kurang)(?:,?"
    r" ?(?:bilang|tanya|kabari|kasih tahu)(?:in|kan)?(?: aja| saja)?(?: ya)?)?",
    re.IGNORECASE,
)
"""What opens or ends a message and says nothing."""
_MESSAGES = re.compile(
    r"(?:消息|短信|私信|通知)|\b(?:messages?|texts?|sms|notifications?|phone has been buzzing|inbox)\b|\b(?:pesan masuk"
    r"|chat|notif\w*|sms|pesan[\w ]{0,20}(?:hp|toko|penjual))\b",
    re.IGNORECASE,
)
_UNREAD = re.compile(
    r"(?:还|都|也)?(?:没|没有|未)(?:来得及|空|时间|顾上|工夫|功夫)?(?:去)?(?:看|读|打开|点开|回|理|细看)"
    r"|\b(?:haven['’]?t|not|didn['’]?t|never|unread|too busy to|no time to|yet to)\b[\w ]{0,24}\b(?:read|open\w*"
    r"|looked|look|check\w*|seen)?"
    r"|\b(?:belum|nggak|gak|tidak|ga) (?:sempat |keburu |aku |ku)?(?:ku)?(?:baca|dibaca|buka|dibuka|cek|lihat"
    r"|liat|balas)\w*|\bbelum sempat\b|\bkubaca\b|\bbuzzing\b",
    re.IGNORECASE,
)
_NEWS = re.compile(r"航班|飞机|火车|高铁|酒店|\b(?:flights?|trains?|hotels?|pesawat|kereta)\b", re.IGNORECASE)
"""A message that brings news of a booking is no remark."""
_LEADS_ON = re.compile(r"^(.{0,60}?)(?:\s*(?:,|，)?\s*\b(?:so|jadi|makanya)\b\s+|所以)(?=\S)", re.IGNORECASE)


_FEES = re.compile(
    r"(?:连|把|加上?|算上?|含|包括?|连同)?(?:上|着)?(?:配送|打包|运|邮|包装|送)费?(?:和|跟|、)?(?:配送|打包|运|邮"
    r"|包装|餐盒)?费?"
    r"(?:什么的|这些)?(?:都|也|一起|全部?)?(?:要)?(?:算|包)?(?:上|进去?|在内|里面|里|进|总价里?)*"
    r"|(?:and |but )?(?:delivery|packing|packaging|shipping|fees?|everything|all fees)(?:(?: and|,| \+| &)?"
    r" (?:delivery|packing|packaging|shipping|fees?))?"
    r" (?:included|and all|counted(?: in)?)|(?:do|don['’]?t|not)? ?(?:just )?(?:look|go) (?:only )?(?:at|by) the"
    r" (?:menu )?prices?(?: of the \w+)?(?: alone| only)?"
    r"|(?:hitung|termasuk|sudah termasuk|udah termasuk|sama|dengan|plus)(?: juga)? (?:ongkir|ongkos kirim|kemasan"
    r"|biaya\w*)"
    r"(?:(?: dan| sama| \+|,)? (?:ongkir|ongkos kirim|kemasan|biaya \w+))*(?:nya)?(?: juga)?",
    re.IGNORECASE,
)
"""That the fees count: a total is always with them."""
_WHICHEVER = re.compile(
    r"(?:看)?哪一?[家个](?:店)?(?:总价)?最?(?P<how>便宜|划算|实惠|快|近)(?:的)?就?(?:点|买|订|要"
    r"|选|用)哪一?[家个]"
)
_ALL_IN = re.compile(
    r"\badd (?:on |in |up )?(?:the )?(?:delivery|packing|fees|shipping)(?:(?: and|,) (?:the )?(?:delivery|packing"
    r"|fees|shipping))?(?: and (?:then )?take"
    r"| and (?:then )?(?:pick|choose|get))?|\bwhatever (?:comes|works) out\b|\bcheapest all in\b(?=,? fees)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _ends() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table: dict[str, list[str]] = load_table(_TABLE)
    head, tail = (
        "|".join(
            rf"(?<![\w'’]){re.escape(p)}(?![\w'’])" if p.isascii() else re.escape(p)
            for p in sorted(table[k], key=len)[::-1]
        )
        for k in ("head", "tail")
    )
    edge = r"[\s,，。.!！~～:：]"
    return (
        re.compile(rf"^{edge}*(?:(?:{head}){edge}*)+", re.IGNORECASE),
        re.compile(rf"(?:(?<![:：写“\"「])(?<![:：写] )(?:{tail}){edge}*)+$", re.IGNORECASE),
    )


@lru_cache(maxsize=KEPT)
def without_manners(text: str) -> str:
    """The words without greetings, thanks and remarks on how one's day goes; as they are if nothing else is said."""
    head, tail = _ends()
    kept = tail.sub("", head.sub("", text, count=1), count=1)
    kept = _ALL_IN.sub(
        lambda m: "cheapest" if "cheapest" in m.group().casefold() else "", _WHICHEVER.sub(r"最\g<how>的", kept)
    )
    parts = [m.group() for m in _SEGMENT.finditer(kept)]
    bares = [part.strip(" ,，;；。.!！?？\n") for part in parts]
    left: list[str] = []
    unread = False
    for i, (part, bare) in enumerate(zip(parts, bares, strict=True)):
        behind = bares[i + 1] if i + 1 < len(bares) else ""
        if unread and _UNREAD.fullmatch(bare):
            continue
        speaks = _MESSAGES.search(bare) is not None and not _FIGURE.search(bare) and not _NEWS.search(bare)
        unread = speaks and (_UNREAD.search(bare) is not None or _UNREAD.fullmatch(behind) is not None)
        if unread:
            continue
        if (
            _FEES.fullmatch(bare)
            or _NOTHING.fullmatch(bare)
            or (_BUSY.search(bare) and not _WANTS.search(bare) and not _FIGURE.search(bare))
        ):
            continue
        led = _LEADS_ON.match(part)
        if led and _BUSY.search(led.group(1)) and not _WANTS.search(led.group(1)) and not _FIGURE.search(led.group(1)):
            part = part[led.end() :]
        left.append(part)
    return "".join(left).strip() or text
