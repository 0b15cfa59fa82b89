"""Words by which a part of a message is told from another, in Chinese, English and Indonesian."""

from __future__ import annotations

import re

SHOW = re.compile(
    r"夜游|画舫|游船|游轮|游江|夜场|演出|话剧|音乐剧|音乐会|演唱会|灯光秀|马戏|脱口秀|相声|门票"
    r"|[订买]票|入场|那[一]?[班场](?!次)|(?<!to )(?<!n't )\bshows?\b(?! (?:up|me|you|us|that|my|off))|(?<=the )plays?\b"
    r"|\b(?:cruises?|boat(?: (?:ride|trip|tour))?|ferry ride|concerts?|musicals?|theat(?:re|er)|gig|circus"
    r"|perahu|pelayaran|kapal|pertunjukan|konser|teater|sirkus|wahana)\b"
)
"""What one has a ticket for at an hour of its own."""
ADMITTED = re.compile(r"成人|大人|儿童票|\b(?:adults?|children|child|grown-?ups?|orang dewasa|dewasa|anak(?:-anak)?)\b")
THING = re.compile(
    r"礼物|礼品|东西|买的|吃的|喝的|饮料|\bwhat(?:ever)? you (?:buy|get|order)\b|\byang dibeli\b"
    r"|\b(?:presents?|gifts?|stuff|shopping|goods|items?|purchases?|drinks?|hadiah(?:nya)?|kado(?:nya)?|barang(?:nya)?"
    r"|belanja(?:an)?(?:nya)?|minuman(?:nya)?)\b"
)
"""How what is bought is called when it was named before."""
LUGGAGE = re.compile(
    r"\s*(?:大|小|件)?(?:箱|行李|包(?!子))"
    r"|\s*(?:big |large |small )?(?:suitcases?|bags?|luggage|koper|tas|bagasi|ransel)\b"
)
"""What one takes along, and does not buy unless the words say so."""
CARD = re.compile(r"卡片|贺卡|[附配带张]卡|\b(?:(?<!credit )(?<!debit )cards?|kartu(?:nya)?)\b")
DELIVERED = re.compile(
    r"送[到达去过来至]|送货|送[\u3400-\u9fff]{1,4}(?:那儿|那里|那边|家)|寄到|之前到(?![达站])|前到(?![达站])|前送"
    r"|\b(?:deliver\w*|sent|bring|brought|drop(?:ped)? off|arrives? (?:at my|before|by)|at (?:my|the) (?:home|house"
    r"|place|flat|office|door) by"
    r"|diantar\w*|antar(?:kan|in)?|dikirim\w*|kirim(?:kan|in)?)\b"
)
LACKS = re.compile(
    r"还?缺|没有?带|忘了带|少了?(?=[一两\d])|\b(?:still need|don['’]?t have|do not have|ran out of|missing|lack"
    r"|masih butuh|masih perlu|(?:nggak|gak|tidak|belum) punya|kurang)\b"
)
WHOLE = re.compile(
    r"一共|总共|总价|总预算|合计|全(?:部|程)?加|加起来|加一块|加在一起|全算|算上|一晚上的|整个|统共|拢共"
    r"|\b(?:together|altogether|in total|total(?:nya)?|all in|overall|combined"
    r"|for (?:both|everything|all of it|the lot)|everything|all of (?:it|that|this|them)|the whole \w+"
    r"|semua(?:nya)?|seluruhnya|digabung|gabungan|keduanya"
    r"|kalau digabung)\b"
)
"""What an amount is for when it is for all of them."""
LEAST_NAMES = 2
NAMES = re.compile(
    r"门票|火车票?|高铁票?|机票|车票|打车|叫车|酒店|票|车|礼物"
    r"|\b(?:tickets?|trains?|flights?|cars?|taxi|cab|rides?|hotel|shows?|cruise|boat|tiket(?:nya)?|kereta(?:nya)?"
    r"|mobil(?:nya)?|taksi|pesawat(?:nya)?|hotel(?:nya)?)\b"
)
ASKS = re.compile(
    r"问我|跟我[说确]|告诉我再|让我[定选]|听我的"
    r"|\b(?:ask(?: me)?(?: first)?|check with me|let me (?:choose|pick|decide)|run it (?:by|past) me"
    r"|tanya(?:in|kan)?(?: (?:dulu|aku|saya|ke aku))?|konfirmasi dulu|kabari dulu)\b"
)
CLASH = re.compile(
    r"冲突|撞|日程|日历|行程表|\b(?:clash\w*|conflict\w*|overlap\w*|calendar|diary|bentrok\w*|tabrakan|kalender\w*)\b"
)
IF_CLASH = re.compile(
    r"\b(?:(?:if|in case|should|when|kalau|kalo|klo|jika)\s+"
    r"(?:it|it's|there(?:['’]?s| is)?|that|the time|ada yang|jamnya)?\s*(?:a\s+)?)$"
)
SEAT = re.compile(
    r"坐什么座|哪种座|座位?|座席|几等|[一二]等|席别"
    r"|\b(?:class|seats?|kelas(?:nya)?|kursi(?:nya)?|gerbong)\b"
)
IN_TIME = re.compile(
    r"误(?:了|车|点|机)|赶得?上|赶不上|耽误|错过|来得及|准时|按时"
    r"|\b(?:in time|on time|tepat waktu|ketinggalan|keburu|telat|terlambat|miss (?:it|the|my)|catch (?:it|the|my))\b"
)
SLEEPS = re.compile(
    r"[住宿]|酒店|宾馆|房|民宿|\b(?:stay\w*|hotels?|rooms?|sleep\w*|inn|hostel|(?:me)?nginap\w*|inap|kamar|penginapan)\b"
)
NO_CAR = re.compile(r"(?:不用|不要|别|无需)(?:叫|打|订|约)车|\b(?:no (?:car|taxi)|without a car)\b")
THAT_DAY = re.compile(
    r"当天|那天|同一天|同天|这天|\b(?:(?:on )?(?:that|the same) day|same day|the day (?:i leave|of the trip)"
    r"|hari (?:itu|yang sama|yg sama|yang itu)(?: juga)?)\b"
)
"""The day of another errand; where nothing else was said, today."""

TO_STATION = re.compile(
    r"[到去送回往赶][我们]{0,2}(?:去|到)?(?:火车站|高铁站|车站|机场|动车站|航站楼)"
    r"|\b(?:to|get (?:me|us) to|reach|ke|sampai (?:di|ke)|tiba di|menuju)\s+(?:the\s+)?"
    r"(?:(?:train|railway)\s+)?(?:stations?|airport|stasiun(?:nya)?|bandara(?:nya)?)\b"
)
FROM_STATION = re.compile(
    r"从(?:火车站|高铁站|车站|机场)|\b(?:from the (?:airport|station|train)|dari (?:bandara|stasiun))\b"
)
TO_HOTEL = re.compile(r"[到去回送]我?们?酒店|\b(?:to (?:the|my|our) hotel|ke hotel\w*)\b")
FROM_THERE = re.compile(
    r"从?(?:那里|那儿|那边|码头|剧场|剧院|景区)(?:出发)?[,，]?(?=[^,，。]{0,6}[去到送接回])|从(?:那|这)[里儿边]"
    r"|\bfrom (?:there|the (?:show|boat|pier|theatre|theater|venue|cruise|concert))\b"
    r"|\bdari (?:sana|situ|dermaga|lokasi(?:nya)?|tempat (?:itu|acara))\b"
)
TO_THERE = re.compile(
    r"过去|那[里儿边]|[她他](?:们)?(?:家|那)|也去|同去"
    r"|\b(?:(?:over )?there|to (?:her|his|their) (?:place|home|house|flat)|ke ?sana\w*|ke situ|ke tempat(?:nya|\s))\b"
)
PLACED = re.compile(r"\b(?:airport|station|home|hotel|office|house|there|bandara|stasiun|rumah|kantor|sana)\b")
"""Between two words for a car: then they are two cars."""
HOME = re.compile(
    r"家里?|住处|\b(?:home|my (?:place|house|flat|apartment)|(?:di|dari|ke) rumah(?:ku| saya| aku)?|rumah(?:ku)?)\b"
)
TO_HOME = re.compile(r"[到回送]我?们?家|\b(?:(?:to my|go|going|get|take me|drive me) (?:home|place)|pulang|ke rumah)\b")
OFFICE = re.compile(r"公司|单位|办公室|\b(?:office|work|kantor(?:ku)?)\b")
TO_OFFICE = re.compile(
    r"[到去回送]我?们?(?:公司|单位|办公室)|\b(?:to (?:the |my |our )?(?:office|work)|ke kantor(?:ku)?)\b"
)
STARTS = re.compile(
    r"开始前|开会前|开场前|之前|提前"
    r"|\b(?:before (?:it|the \w+|my \w+|that) (?:starts?|begins?)|before(?: it)?$|b4 (?:it|the \w+) (?:starts?|begins?)"
    r"|before the (?:start|meeting|event)|sebelum (?:mulai|dimulai|acara\w*|rapat\w*|mulainya)|in advance|ahead of)\b"
)
PLEASANTRY = re.compile(r"谢|感谢|拜托|麻烦|你好|您好|\b(?:thanks?|thx|please|pls|hi|hello|hey|makasih|tolong|halo)\b")
NOW = re.compile(r"现在|马上|立刻|\b(?:now|right away|asap|sekarang)\b")
LEAVES = re.compile(r"出发|接|走|叫车|\b(?:leav\w+|pick\w*|depart\w*|set off|berangkat\w*|jemput\w*)\b")
