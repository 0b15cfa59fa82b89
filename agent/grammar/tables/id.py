"""Indonesian words of the grammar, spoken forms included; the codes are explained in the package."""

from __future__ import annotations

from agent.grammar.tables import Rows

_NAMES = (
    ("senin", "snin"),
    ("selasa", "~sel"),
    ("rabu", "~rab"),
    ("kamis", "~kam"),
    ("jumat", "jum'at", "~jum"),
    ("sabtu", "~sab"),
    ("ahad", "hari minggu"),
)
_AFTER: tuple[tuple[str, int | None], ...] = (
    ("", None),
    (" ini", 0),
    (" depan", 1),
    (" besok", None),
    (" lalu", -1),
    (" kemarin", -1),
    (" kemaren", -1),
)
_MONTHS = (
    "januari",
    "februari, pebruari",
    "maret, ~mar",
    "april",
    "mei",
    "juni",
    "juli",
    "agustus, ~agu",
    "september",
    "oktober, ~okt",
    "november, nopember",
    "desember, ~des",
)
_DIGITS = ["satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]
_BOTH = ("berdua", "bertiga", "berempat", "berlima", "berenam", "bertujuh", "berdelapan")

# Frequent words that tell the language and mean nothing to the grammar.
HINTS = (
    "aku saya gue gw kamu tolong pesan pesen pesenin pesankan cariin cari beli beliin bayar bayarin yang yg di "
    "ke dari buat untuk dan atau jam besok bsk lusa hari ini malam malem pagi siang sore jangan sama terus "
    "tapi nggak gak ga tidak ada bisa mau ya dong tgl tanggal antar kirim ganti batalin minggu depan maksimal "
    "sebelum orang kalau kalo aja deh nanti ntar berapa dua tiga satu empat lima dengan dgn kereta pesawat "
    "kantor rumah sekitar kemarin tiap setiap jumat senin selasa rabu kamis sabtu "
)

ROWS: Rows = [
    ("D", 0, "hari ini, hr ini, hri ini"),
    ("D", 1, "besok, bsk, besuk, esok, esok hari, besoknya"),
    ("D", 2, "lusa, besok lusa"),
    ("D", -1, "kemarin, kemaren, kmrn, kmren"),
    ("D", -2, "kemarin lusa, kemaren lusa, kemarin dulu"),
    *(
        ("W", (day, shift), pre + name + post)
        for post, shift in _AFTER
        for day, names in enumerate(_NAMES)
        for name in names
        for pre in ("", "hari ")
    ),
    ("W", (6, 1), "hari minggu depan"),
    ("7", None, "~minggu, mingguan"),
    ("Q", ("week", 0), "minggu ini, pekan ini"),
    ("Q", ("week", 1), "minggu depan, pekan depan, mgg depan, minggu dpn"),
    ("Q", ("week", -1), "minggu lalu, minggu kemarin, pekan lalu"),
    ("Q", ("weekend", 0), "akhir pekan, akhir pekan ini, akhir minggu, akhir minggu ini, ~weekend ini"),
    ("Q", ("weekend", 1), "akhir pekan depan, akhir minggu depan, weekend depan"),
    ("Q", ("month", 0), "bulan ini"),
    ("Q", ("month", 1), "bulan depan"),
    ("Q", ("month", -1), "bulan lalu"),
    ("Q", ("month_end", 0), "akhir bulan, akhir bulan ini"),
    ("Q", ("month_end", 1), "akhir bulan depan"),
    ("Q", ("year_end", 0), "akhir tahun"),
    *(("M", month, words) for month, words in enumerate(_MONTHS, 1)),
    ("n", None, "tgl, tanggal, tggl"),
    ("=", None, "hari yang sama, hari itu"),
    ("=", "night", "malam itu, malamnya, malem itu"),
    ("=", "afternoon", "sorenya, sore itu"),
    ("=", "morning", "paginya, pagi itu"),
    ("P", "early", "dini hari, subuh"),
    ("P", "morning", "pagi, pagi-pagi, pagi hari, pg"),
    ("P", "siang", "siang, siang hari, tengah hari"),
    ("P", "sore", "sore, sore hari"),
    ("P", "evening", "petang"),
    ("P", "night", "malam, malem, mlm, malam hari"),
    ("E", (0, "morning"), "pagi ini, tadi pagi, nanti pagi"),
    ("E", (0, "siang"), "siang ini, nanti siang, ntar siang"),
    ("E", (0, "sore"), "sore ini, nanti sore, ntar sore, entar sore"),
    (
        "E",
        (0, "night"),
        (
            "malam ini, malem ini, mlm ini, nanti malam, nanti malem, ntar malam, ntar malem, "
            "entar malem, ntr mlm, malam nanti, nanti mlm"
        ),
    ),
    ("E", (-1, "night"), "tadi malam, tadi malem, semalem"),
    ("J", None, "jam, pukul, jm, pkl, pk"),
    ("H", -30, "setengah, stengah"),
    ("^", 1, "lewat, lebih"),
    ("^", -1, "kurang"),
    ("T", (0, 0), "tengah malam, tengah malem"),
    ("T", (12, 0), "dzuhur, zuhur, dhuhur"),
    ("T", (15, 0), "ashar"),
    ("T", (18, 0), "magrib, maghrib"),
    ("T", (19, 0), "isya"),
    ("B", "on", "pada"),
    ("B", "by", "paling lambat, paling telat, selambatnya, maks jam, mentok"),
    ("B", "before", "sebelum, sblm, sebelom, sblum"),
    (
        "B",
        "after",
        "setelah, sesudah, abis, habis, stlh, di atas jam, paling cepat, "
        "jangan sebelum, jgn sebelum, jangan sblm, jgn sblm, tidak sebelum, nggak sebelum, gak sebelum, bukan sebelum",
    ),
    ("B", "from", "mulai, mulai dari, sejak, dari"),
    ("B", "until", "sampai, sampe, hingga, smp, s/d, ~sd"),
    ("b", "later", "lagi, kemudian, dari sekarang"),
    ("$", "IDR", "rp, rp., idr"),
    ("u", "IDR", "rupiah"),
    ("u", "CNY", "yuan, renminbi"),
    ("L", "budget", "budget, budgetnya, anggaran, anggarannya, bujet"),
    (
        "L",
        "at_most",
        (
            "maksimal, maks, max, mak, maximal, maksimum, paling banyak, paling mahal, jgn lebih dr, "
            "jangan lebih dr, ga lebih dr, gak lebih dr, tidak lebih dari, nggak lebih dari, "
            "ga lebih dari, gak lebih dari, tak lebih dari, jangan lebih dari, jangan lebih, "
            "jangan sampai lebih dari, ga boleh lebih dari, gak boleh lebih dari, "
            "tidak boleh lebih dari, nggak boleh lebih dari, mentok, mentok di, batas, batasnya, "
            "jgn lebih dari, jgn lebih, max di"
        ),
    ),
    ("L", "below", "di bawah, dibawah, kurang dari, kurang dr, dbwh, di bwh, bawah"),
    ("L", "at_least", "minimal, ~min, minimum, paling sedikit, setidaknya, paling dikit"),
    ("L", "above", "di atas, diatas, lebih dari, lewat dari, melebihi, lbh dari, lebih dr"),
    ("L", "about", ("sekitar, kira-kira, kira kira, kurang lebih, sekitaran, skitar, kisaran, krg lbh, sekitar jam")),
    ("l", "at_most", "ke bawah, kebawah, maks, maksimal, max, paling banyak, paling mahal"),
    ("l", "at_least", "ke atas, keatas"),
    ("l", "about", "-an, lebih dikit, kurang lebih"),
    ("p", "total", "total, totalnya, semuanya, semua, seluruhnya, keseluruhan, total semua, jumlahnya"),
    ("p", "each", "masing-masing, masing masing, satunya, sebiji, per satuan"),
    ("p", "person", "seorang, tiap orang, setiap orang, /org, per org, per kepala"),
    ("p", "night", "tiap malam, setiap malam"),
    ("p", "day", "sehari, per harinya"),
    ("v", (0, 1, 2, 3, 4, 5, 6), "tiap hari, setiap hari, tiap2 hari, hari-hari, saban hari"),
    ("v", (0, 1, 2, 3, 4), "hari kerja, tiap hari kerja, setiap hari kerja, tiap hari senin sampai jumat"),
    ("v", (5, 6), "tiap akhir pekan, setiap akhir pekan, tiap weekend"),
    ("Z", None, "tiap, setiap, saban, tiap hari"),
    ("/", None, "~per"),
    ("e", "night", "semalam"),
    (
        "V",
        None,
        (
            "transfer, tf, trf, transferin, bayar, bayarin, harga, harganya, kirim uang, isi, isiin, "
            "isi pulsa, pulsa, seharga, kena, habisnya, ongkosnya, biaya"
        ),
    ),
    *(
        ("U", key, words)
        for key, words in (
            ("cup", "gelas, cup"),
            ("bag", "bungkus, kantong, kresek, pak, bks, sachet"),
            ("box", "kotak, dus, kardus, box"),
            ("pair", "pasang"),
            ("bottle", "botol, kaleng"),
            ("piece", "buah, biji, potong, pcs, bh, lembar baju, butir, ekor, loyang, strip, tusuk"),
            ("portion", "porsi, piring, mangkok, mangkuk"),
            ("person", "orang, org, penumpang, tamu, dewasa dan anak"),
            ("child", "anak, anak kecil, bocah, anak-anak"),
            ("adult", "dewasa, orang dewasa"),
            ("night", "~malem, mlm nginep"),
            ("ticket", "tiket, lembar tiket, lembar, kursi"),
            ("room", "kamar, kmr"),
            ("time", "kali, x"),
            ("set", "set, paket"),
            ("bunch", "buket, ikat, tangkai"),
            ("year", "tahun, thn, th"),
            ("car", "mobil"),
        )
    ),
    ("G", (1, "bag"), "sebungkus, sekantong"),
    ("G", (1, "cup"), "segelas, secangkir"),
    ("G", (1, "bottle"), "sebotol"),
    ("G", (1, "box"), "sekotak"),
    ("G", (1, "portion"), "seporsi, sepiring, semangkok, semangkuk"),
    ("G", (1, "piece"), "sebuah, sepotong"),
    ("G", (1, "pair"), "sepasang"),
    ("G", (12, ""), "selusin"),
    *(("G", (n, "person"), word) for n, word in enumerate(_BOTH, 2)),
    ("t", 1, "menit, mnt, menitan"),
    ("t", 60, "jam-an"),
    ("t", 1440, "hari, hr"),
    ("x", 30, "setengah jam, stengah jam"),
    ("x", 60, "sejam"),
    ("x", 90, "satu setengah jam"),
    ("x", 15, "seperempat jam"),
    ("x", 10080, "seminggu"),
    ("I", "within", "dalam, dlm, dalam waktu, ga sampe, nggak sampai"),
    ("K", "for", "selama, buat, untuk, utk, bwt"),
    ("s", None, "bintang"),
    ("g", 1, "meter"),
    ("g", 1000, "kilo meter, kilometer"),
    ("%", None, "persen"),
    (
        "#",
        None,
        (
            "nomor pesanan, no pesanan, no. pesanan, kelas, nomor, nomer, no, lantai, lt, lt., ukuran, "
            "tipe, kamar nomor, gerbang, gedung, blok, peron, jalur, seri, ke-, berakhiran"
        ),
    ),
    ("z", None, "lantai, kilo, gram, liter, watt, kilogram, inci, inch, derajat"),
    ("<", None, "antara"),
    ("V", "soft", "kirim, kirimin, kasih, kirimkan"),
    ("-", None, "sampai, sampe, hingga, s/d, ~sd"),
    *(("1", ("unit", value), word) for value, word in enumerate(_DIGITS, 1)),
    ("1", ("unit", 2), "duo"),
    ("1", ("unit", 4), "empt"),
    ("1", ("unit", 7), "tuju"),
    ("1", ("unit", 8), "lapan"),
    ("1", ("unit", 10), "sepuluh"),
    ("1", ("unit", 11), "sebelas"),
    ("1", ("unit", 15), "seperempat"),
    ("1", ("scaled", 100), "seratus, cepek"),
    ("1", ("scale", 100), "ratus"),
    ("1", ("scaled", 1000), "seribu"),
    ("1", ("scale", 1000), "ribu, rb, ribuan, ~rebu"),
    ("1", ("scale", 1000000), "juta, jt"),
    ("1", ("teen", 10), "belas"),
    ("1", ("tenfold", 10), "puluh"),
    (
        "_",
        None,
        (
            "ya, dong, aja, saja, ke, dan, atau, yang, yg, tapi, kalau, terus, lah, deh, sih, trus, "
            "biar, dgn, dengan, di, nya, tolong, ada, pulang, berangkat, bisa, sama, kalo, soalnya, "
            "karena, jangan, jgn, dulu, kok, udah, sudah, nanti, itu, cukup, pas, pesan, tepat, teng, "
            "kak, min"
        ),
    ),
    (
        ".",
        None,
        (
            "dua-duanya, paling pagi, makan siang, makan malam, makan malem, makan pagi, sarapan pagi, selamat pagi, "
            "selamat siang, selamat sore, selamat malam, lebih murah, lebih mahal, lebih cepat, "
            "lebih dekat, dalam negeri, dalam kota, jam tangan, pasar malam, kereta malam, satu arah, "
            "kurang manis, kurang pedas, kurang pedes, lebih dari sekali, per kilo, lagi-lagi, "
            "sampai di, sampe di, sampai ke, lagi sakit, lagi di, lagi mau, lebih baik, setengah matang, "
            "setengah manis, lebih suka, tiap-tiap, pas banget, buka jam berapa, jam berapa, "
            "bawah tanah, di atas meja"
        ),
    ),
]
