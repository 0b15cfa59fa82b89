"""Words of travelling in Chinese, English and Indonesian, as patterns over lower-case text."""

from __future__ import annotations

import re

ARRIVE = re.compile(
    r"落地|降落|抵达|到达|赶到|到站|进站|到那|到场|[能要得前]到|晚于|晚到"
    r"|\b(?:arriv\w*|land(?:s|ing|ed)?|get(?:s|ting)?(?: \w+)? (?:in|there)|be there"
    r"|there (?:by|before)|in by|in before"
    r"|reach\w*|touch\w* down|tiba\w*|mendarat\w*|sampai di|(?:su)?dah (?:di|ada di|sampai)|sampainya|nyamp\w+"
    r"|masuk stasiun|later than|(?:sampai )?lewat(?: dari)?(?= jam))\b"
)
LEAVE = re.compile(
    r"出发|起飞|发车|开车|动身|启程|再走|离开|走的"
    r"|\b(?:leav\w+(?!\s+(?:it|them|that|everything|(?:the|my)\s+(?:hotel|room|booking|rest))\b)"
    r"|depart\w*|tak(?:es?|ing) off|set(?:s|ting)? off|get away|head(?:s|ing)? (?:out|off)|goes? out"
    r"|berangkat\w*|lepas landas|terbangnya|start(?:s|ing)?)\b"
)
FOLLOWS_ARRIVE = re.compile(
    r"[之以]?[前后]?[,，]?(?:必须|一定|务必|就|要|得|能|可以|都|就得|得能|都要"
    r"|都得)*(?:抵达|到达|落地|降落|赶到|到站|进站|到)"
)
FOLLOWS_LEAVE = re.compile(
    r"[之以]?[前后]?[,，]?(?:必须|一定|才|再|就|要|得|能|可以|都)*(?:出发|起飞|发车|开车|动身|走|离开)"
)
"""In Chinese the verb stands behind its time: 五点前到, 七点后出发."""

ROUND = re.compile(
    r"往返|来回|\b(?:round[- ]?trip|there and back|pp|pulang[- ]pergi)\b"
    r"|\breturn(?= (?:train|flight|tickets?|trip|fare)s?\b)"
)
BACK = re.compile(
    r"回来|回程|返程|返回|回家|回去|往回|回(?=$|[,，。;；的 ])|\b(?:(?:and|way"
    r"|come|coming|go|going|get|fly|train|journey|trip|heading) )?back\b"
    r"|\b(?:return(?:ing|s)?|pulang(?:nya)?|balik(?:nya)?|kembali(?:nya)?|home again)\b"
)
OUT = re.compile(
    r"去程|去的那|去的时候|过去的|\b(?:out(?=[: ])|outward|outbound|way (?:out|there)|going (?:out|there)"
    r"|berangkatnya|perginya|pergi(?=:))"
)
LOST = re.compile(
    r"航空公司[^,;。]{0,6}取消|\b(?:airline|maskapai)\b[^.;]{0,20}(?:cancel|batal)|"
    r"(?:航班|飞机|机票|高铁|火车|动车|班次|车次)[^,;。]{0,8}(?:被?取消|停飞|停运)"
    r"|\b(?:flights?|trains?|planes?|pesawat\w*|penerbangan\w*|kereta\w*)\b[^.;]{0,40}"
    r"\b(?:(?:got|was|were|been|is|are|has been)\s+(?:cancell?ed|scrapped|pulled)|dibatal\w+|batal)\b"
)
AGAIN = re.compile(
    r"重新|重订|重买|另[订买找]|[再在]?[订买]一?[张班]|补[订买]|别的航班|\b(?:another"
    r"|rebook\w*|new one|replacement|lain(?:nya)?|ganti(?:nya)?|baru|pengganti)\b"
)
MOVE = re.compile(
    r"改签|票[^,;。]{0,4}改|改一下|改期|改到|挪到|换到|改成|\b(?:resched\w*|re-?book(?=.*\bto\b)"
    r"|move[ds]?|shift\w*|push\w*|has to be changed"
    r"|(?:be|needs? to be|to be) (?:changed|moved)"
    r"|(?:needs?|wants?|requires?) (?:changing|moving|rescheduling)|change(?=\s(?:my|the|it|that))"
    r"|dipindah\w*|pindah\w*|diganti|(?:di|meng)?ubah\w*|diundur|dimajukan|undur\w*|majukan)\b"
)
KEEP = re.compile(
    r"已经?[订买]好|不用[叫订买约]|退不了|不能退|不可退|不动|别动|不要动|保留"
    r"|别取消|不用动|不变|别改|不要改|不用改|留着"
    r"|\b(?:leave (?:it|that|the|them)|stays?(?=\s*(?:as|,|$|the))|(?:don['’]?t"
    r"|do not|please don['’]?t) (?:touch|cancel|change)"
    r"|keep (?:it|the|my|that)|as it is|already (?:booked|paid|bought|have)|no need (?:for"
    r"|to)|(?:nggak|gak|ga|tidak) usah (?:pesan|beli)\w*|can['’]?t be refunded"
    r"|non-?refundable|(?:nggak|tidak|gak) bisa (?:di)?refund\w*|(?:biar(?:in"
    r"|kan)|dibiarkan)|jangan (?:di)?(?:ubah|batal\w*|cancel|sentuh|otak-atik))\b"
)
STAY = re.compile(
    r"入住|住[一二两三四五六七八九十\d]+晚|住宿|过夜|当晚|晚上(?:就)?住|住的话"
    r"|住在|再住|要住|含早|带早餐|每晚|一晚(?:最多|不)|能?免费取消"
    r"|\b(?:check(?:ing)?[- ]?in|(?:a|per|each) night|nights?|stay(?:ing)?(?! (?:within"
    r"|under|below|as|put|away))|nginep|nginap|singgah|mampir|menginap|bermalam|semalam|per malam"
    r"|sarapan\w*|breakfast|free cancell\w*|cancel(?:led)? for free|dibatalkan gratis"
    r"|batal gratis|rooms?|kamar)\b"
)
IN_TIME = re.compile(
    r"(?:误了?|赶得?上|赶不上|耽误|错过)[^,;。]{0,3}(?:飞机|航班|火车|高铁|车)|来得及|准时送|提前送"
    r"|\b(?:in time|on time|tepat waktu|keburu (?:naik|pesawat|kereta)|ketinggalan (?:pesawat"
    r"|kereta|flight)|don['’]?t miss|miss (?:it|the|my))\b"
)
CAR = re.compile(
    r"[叫约订派要来][一个辆台部]{0,2}(?:一样的|专)?车(?!票|次|厢)|车送|打车"
    r"|网约车|出租车|接送|无障碍车|送[我到]{1,2}机场|接[我到]{1,2}"
    r"|\b(?:cars?|cab|taxi|rides?|mobil\w*|taksi\w*|jemput\w*|dijemput|driver)\b"
)
SIGHT = re.compile(
    r"门票|[订买]票|票(?:你|也|都|就)?[订买]|成人票|景点|\b(?:adults?|children"
    r"|child|kids?|admission|entry|orang dewasa|anak(?:-anak)?"
    r"|tempat wisata|wisata|tiket masuk|tiketnya|antre\w*|queue\w*|crowd\w*|indoor\w*)\b|成人|小孩|儿童|室内|排队"
)
INDOOR = re.compile(r"室内|\b(?:in(?:doors?|side)|under (?:a )?roof|(?:di )?dalam ruangan|di dalam|tertutup)\b")
SHORT_QUEUE = re.compile(
    r"不用排|排.{0,2}队|人[别不]?太?[多少]|不挤|\b(?:queue\w*|lines?|crowd\w*|busy|antre\w*|antri\w*|sepi|ramai)\b"
)
WHOLE = re.compile(
    r"一共|总共|全(?:部)?加|加起来|加一块|全算|算上|合计|总价|总预算|\b(?:together"
    r"|altogether|in total|total|all in|all of (?:it|that|this)|everything"
    r"|for both|semua(?:nya)?|totalnya|seluruhnya)\b"
)
ASK_ME = re.compile(
    r"问我|先跟我[说确]|跟我确认|让我[定选]|\b(?:ask me|check with me|ask first"
    r"|let me (?:choose|pick|know)|run it (?:by|past) me"
    r"|tanya(?:in|kan)?(?: dulu)?(?: ke| sama)? (?:aku|saya|gue|dulu)|tanya dulu"
    r"|konfirmasi dulu|kabari (?:aku|saya) dulu)\b"
)
ANY_QUESTION = re.compile(
    r"有(?:什么)?(?:问题|疑问|不清楚|不明白|事)|拿不准|\b(?:if (?:anything|you"
    r"|there|something)|any questions?|kalau (?:ada|bingung|kurang)|kalo ada)\b"
)
SEAT = re.compile(r"座位|靠窗|过道|选座|\b(?:seats?|window|aisle|kursi\w*|tempat duduk|lorong|jendela)\b")
WHO = re.compile(
    r"谁|同行|同伴|乘车人|名字|姓名|叫什么"
    r"|\b(?:who|whom|siapa|coming along|travell?ing with|companion|passenger'?s? names?)\b"
)
NOT_BY = re.compile(
    r"(?:不|别|不要|不想|不能)(?:坐|乘|搭|订|买)?(?:飞机|高铁|火车)"
    r"|\b(?:no|not|without|don['’]?t (?:want|fly|take)|won['’]?t|never|bukan|jangan"
    r"|nggak|tidak|takut|afraid of)\b[^,.;]{0,18}"
    r"\b(?:flights?|planes?|fly(?:ing)?|pesawat|terbang|trains?|kereta)\b"
)
THERE = frozenset(
    {"situ", "sana", "sini", "there", "here", "that", "it", "那里", "那边", "那儿", "那", "这边", "这里", "当地"}
)
"""Words that stand for a place that was named before."""

ME = re.compile(r"我(?!们)|\b(?:i|me|my|mine|myself|aku|saya|gue|gw)\b")
OTHER = re.compile(r"对方|[他她](?!们)|\b(?:he|she|him|her|dia|they)\b")
