"""Complaints with and without people in them, put together from parts by a fixed seed.

Every text tells which of its words must go (`hidden`) and which must stay (`kept`). Half of the given
names are not in the list of the rules, so that the list does not measure itself.
"""

import random
from dataclasses import dataclass

GIVEN = [
    "Ayşe",
    "Mehmet",
    "Zeynep",
    "Hüseyin",
    "Elif",
    "Mustafa",
    "Fatma",
    "İbrahim",
    "Dilara",
    "Tarık",
    "Nevzat",
    "Berfin",
    "Kaan",
    "Perihan",
    "Şaban",
    "Ezgi",
    "Ömür",
    "Bahattin",
    "Rojda",
    "Cansu",
]
SURNAMES = [
    "Yılmaz",
    "Kaya",
    "Demirtaş",
    "Öztürk",
    "Çelik",
    "Şimşek",
    "Karaca",
    "Ünal",
    "Aydoğdu",
    "Işık",
    "Tekin",
    "Uçar",
]
PLACES = [
    "Ayşe Hanım Sokak", "Hasan Basri Çantay Mahallesi", "Mehmet Akif Ersoy Caddesi",
    "Gazi Osman Paşa Mahallesi", "Şehit Ali Kaya Parkı", "Fatma Hatun Camii",
    "Zağnos Paşa Cami", "Mustafa Kemal Bulvarı", "Hüseyin Avni Lisesi", "Milli Kuvvetler Caddesi",
]  # fmt: skip
TROUBLES = [
    "çöp alınmıyor", "yolda büyük bir çukur var", "sokak lambası yanmıyor", "su borusu patladı",
    "Belediye hiç ilgilenmedi", "Bu konuda 3 kez başvurdum", "saat 14.30 gibi oldu",
    "14/A numaranın önünde", "2026 yılında 1250 TL ödedim", "Ben Balıkesir Belediyesi çalışanı değilim",
    "3 gün içinde 10028 Sokak No:9 temizlensin", "Cumhuriyet Meydanı karanlık", "Ağaç budanmalı",
    "BASKİ ekibi gelmedi", "12. kat daire 45", "Türkiye genelinde böyle",
]  # fmt: skip


@dataclass(frozen=True)
class Text:
    text: str
    hidden: tuple[str, ...]
    kept: tuple[str, ...]
    kind: str


def _phone(r: random.Random) -> str:
    a, b, c, d = r.choice(("532", "544", "505", "266")), *(
        f"{r.randrange(10**n):0{n}d}" for n in (3, 2, 2)
    )  # fmt: skip
    return r.choice(
        ("0{}{}{}{}", "0 {} {} {} {}", "+90 {} {} {} {}", "0({}) {} {} {}", "{} {} {}{}",
         "0{}.{}.{}.{}", "90{}{}{}{}", "0{}-{}-{}-{}")
    ).format(a, b, c, d)  # fmt: skip


def _person(r: random.Random) -> tuple[str, str, str]:
    """A phrase, the words that must go, and which kind of cue it has."""
    given, second, surname = r.choice(GIVEN), r.choice(GIVEN), r.choice(SURNAMES)
    full = f"{given} {surname}"
    kind, phrase, hidden = r.choice((
        ("introduced", f"Benim adım {full}", full), ("introduced", f"adı soyadı: {full}", full),
        ("introduced", f"ismim {given} {second} {surname}", f"{given} {second} {surname}"),
        ("ben", f"ben {full}", full), ("ben", f"Ben {full}", full),
        ("kin", f"komşum {given} {surname}", full), ("kin", f"muhtarımız {full}", full),
        ("kin", f"Sayın {full}", full), ("kin", f"yöneticimiz {given}", given),
        ("title", f"{given} Bey", given), ("title", f"{full} Hanım'ın", full),
        ("title", f"komşum {given} Bey", given), ("title", f"{given} teyze", given),
        ("bare", f"{full}'ın evi", full), ("bare", full, full),
        ("small", f"ben {full.lower()}", full.lower()), ("small", f"{given.lower()} bey", given.lower()),
    ))  # fmt: skip
    return phrase, hidden, kind


def _number(r: random.Random) -> tuple[str, str, str]:
    given, surname = r.choice(["ayse", "mehmet", "dilara", "tarik"]), r.choice(["kaya", "celik"])
    kind, body = r.choice((
        ("phone", _phone(r)), ("phone", _phone(r)),
        ("email", f"{given}.{surname}{r.randrange(99)}@{r.choice(('gmail.com', 'belediye.bel.tr'))}"),
        ("id", str(r.randrange(10**10, 10**11))),
        ("iban", "TR" + " ".join(f"{r.randrange(10**4):04d}" for _ in range(6)) + " "),
        ("plate", f"10 {r.choice(('AB', 'K', 'ACE'))} {r.randrange(100, 9999)}"),
    ))  # fmt: skip
    if kind == "iban":
        digits = "".join(str(r.randrange(10)) for _ in range(24))
        body = "TR" + " ".join(
            (digits[:2], *(digits[i : i + 4] for i in range(2, 22, 4)), digits[22:])
        )
    return body, body, kind


def texts(count: int = 2000, seed: int = 7) -> list[Text]:
    r = random.Random(seed)
    made = []
    for _ in range(count):
        trouble, place, more = r.choice(TROUBLES), r.choice(PLACES), r.choice(TROUBLES)
        kind, phrase, hidden = "none", "", ()
        if r.random() < 0.6:
            phrase, word, kind = (_person if r.random() < 0.6 else _number)(r)
            hidden = (word,)
        parts = [f"{place} üzerinde {trouble}", phrase, more]
        if r.random() < 0.4:
            parts = [phrase, *parts[:1], more]
        text = ", ".join(filter(None, parts)) + "."
        made.append(Text(text, hidden, (place, trouble, more), kind))
    return made
