"""Takes from free text what names or reaches a person, as far as rules can find it. Pure.

What is found: e-mail addresses, telephone numbers (spaced, dotted, in words with digits), national
numbers, IBANs, cards, plates, and names with a cue: an introduction ("adım …", "ben …"), a word of
kinship or neighbourhood ("komşum …"), a form of address before or behind ("Sayın …", "… Bey"), or a
given name of the list followed by a surname. Names of streets and places are left: "Ayşe Hanım
Sokak" and "Hasan Basri Çantay Mahallesi" name no reporter.
"""

import re

MARK = "•••"
_UP = "A-ZÇĞİÖŞÜÂÎÛ"
_LOW = "a-zçğıöşüâîû"
_NAME = rf"[{_UP}][{_LOW}]+(?:[-’'][{_UP}][{_LOW}]+)?"
_SUFFIX = rf"(?:[’'][{_LOW}]{{1,8}})?"


def _lower(text: str) -> str:
    """As Turkish has it."""
    return text.replace("İ", "i").replace("I", "ı").lower()


_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:@|\[at\]|\(at\))\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\bTR\s?\d{2}(?:[ .]?\d){22}\b", re.IGNORECASE)
_CARD = re.compile(r"(?<!\d)(?:\d{4}[ -]){3}\d{4}(?!\d)")
_NATIONAL_ID = re.compile(r"(?<!\d)[1-9]\d{10}(?!\d)")
_PHONE = re.compile(
    r"(?<![\d/])(?:\+\s?90|0090|90(?=[\s.-]?[2-5])|0)?[\s./()-]*[2-58]\d{2}[\s./()-]*\d{3}"
    r"[\s./-]*\d{2}[\s./-]*\d{2}(?!\d)"
)
# However oddly it is grouped: ten or eleven digits that begin as a mobile number does.
_MOBILE = re.compile(r"(?<![\d/])(?:\+?90[\s.-]?|0[\s.-]?)?5(?:[\s.-]?\d){9}(?!\d)")
_PLATE = re.compile(r"\b(?:0[1-9]|[1-7]\d|8[01])\s?[A-Z]{1,3}\s?\d{2,5}\b")

# A name that ends in one of these is the name of a place.
_PLACE = (
    "mah",
    "sok",
    "sk.",
    "sk",
    "cad",
    "cd.",
    "cd",
    "bulvar",
    "blv",
    "park",
    "cami",
    "okul",
    "lise",
    "ilkokul",
    "ortaokul",
    "apartman",
    "apt",
    "site",
    "plaza",
    "meydan",
    "köprü",
    "hastane",
    "yurdu",
    "köy",
    "ilçe",
    "belediye",
    "geçid",
    "çıkmaz",
    "market",
    "eczane",
    "stad",
    "kültür",
    "üniversite",
    "blok",
    "çarşı",
    "pazar",
    "durağ",
    "kavşağ",
    "kavşak",
    "terminal",
    "mezarlı",
)

# The name that introduces itself, in whatever case the cue is written.
_SELF = re.compile(
    rf"(?P<cue>\b(?i:(?:benim\s+)?(?:adım|ismim|adi?m?\s*soyadi?m?|adı\s*soyadı|ad\s*soyad|isim)"
    rf"(?:\s+ve\s+soyadım)?)\s*[:=-]?\s*)(?P<name>{_NAME}(?:\s+{_NAME}){{0,2}})"
)
_I = re.compile(rf"(?P<cue>\b(?:[Bb]en|BEN)\s*,?\s+)(?P<name>{_NAME}(?:\s+{_NAME}){{1,2}})")
_KIN = re.compile(
    rf"(?P<cue>\b(?i:komşu(?:m|muz|su)?|anne(?:m|si)|baba(?:m|sı)|eşim|kızım|oğlum|kardeşim|ablam|"
    rf"abim|ağabeyim|teyzem|amcam|dayım|halam|dedem|ninem|yengem|kiracı(?:m|mız|sı)?|"
    rf"ev\s+sahib(?:i|im|imiz)|yönetici(?:miz)?|muhtar(?:ımız|ı)?|öğretmen(?:i|imiz)?|doktor|dr\.?|"
    rf"memur|görevli|şoför|sürücü|usta(?:mız)?|sayın|sn\.?)\s+(?:olan\s+)?)"
    rf"(?P<name>{_NAME}(?:\s+{_NAME}){{0,2}})"
)
_TITLE = re.compile(
    rf"(?P<cue>)(?P<name>\b{_NAME}(?:\s+{_NAME})?)(?=\s+(?i:bey|hanım|hoca|usta|abi|abla|amca|teyze|"
    rf"efendi|dayı)(?:[’']?[{_LOW}]{{0,6}})\b)"
)
# Given names that are most common in Turkey and are no everyday words: with a surname behind.
_GIVEN = (
    "Ahmet Ali Arzu Ayşe Ayşegül Aylin Ayten Bekir Burak Burcu Büşra Cem Cemal Cemile Ebru Elif Emine "
    "Emre Erkan Esra Fadime Fatih Fatma Ferhat Fikret Gamze Gökhan Gülay Gülsüm Gülşen Hakan Halil "
    "Halime Hamza Hanife Hasan Hatice Havva Hülya Hüseyin Hüsnü İbrahim İlknur İsmail Kadir Kemal Kübra "
    "Leyla Mehmet Meryem Merve Mesut Metin Muhammet Murat Musa Mustafa Nazlı Nesrin Nurcan Nuray Orhan "
    "Osman Ömer Özge Özlem Ramazan Recep Rukiye Salih Seda Selim Sema Semra Serkan Serpil Sevgi Sevim "
    "Sibel Songül Süleyman Şerife Şükrü Tuğba Tülay Ufuk Veli Yasemin Yasin Yusuf Zehra Zeliha Zeynep"
)
_KNOWN = re.compile(
    rf"(?P<cue>)(?P<name>\b(?:{'|'.join(_GIVEN.split())})(?:\s+{_NAME}){{1,2}}){_SUFFIX}"
)
_SMALL = re.compile(
    rf"(?P<cue>\b(?:ben|adım|ismim|komşum)\s+)(?P<name>(?:{'|'.join(_lower(_GIVEN).split())})"
    rf"(?:\s+[{_LOW}]{{2,}})?)(?=[^{_LOW}])"
)
_SMALL_TITLE = re.compile(
    rf"(?P<cue>)(?P<name>\b(?:{'|'.join(_lower(_GIVEN).split())}))(?=\s+(?:bey|hanım|teyze|amca|abi|abla)\b)"
)
_NUMBERS = (_EMAIL, _IBAN, _CARD, _MOBILE, _PHONE, _NATIONAL_ID, _PLATE)
_NAMES = (_SELF, _I, _KIN, _TITLE, _KNOWN, _SMALL, _SMALL_TITLE)
# Capitals that begin a sentence behind "ben", and words that are written large out of respect.
_NO_NAME = frozenset(
    {
        "Belediye",
        "Belediyesi",
        "Başkan",
        "Başkanım",
        "Başkanı",
        "Bey",
        "Müdür",
        "Müdürlük",
        "Cumhuriyet",
        "Atatürk",
        "Türkiye",
        "Balıkesir",
        "Lütfen",
        "Acil",
        "Bu",
        "Bir",
        "Burada",
        "Sokak",
        "Cadde",
        "Mahalle",
        "Allah",
        "Yetkili",
        "Yetkililer",
        "İlgili",
        "Halk",
        "Genel",
        "Ocak",
        "Şubat",
        "Mart",
        "Nisan",
        "Mayıs",
        "Haziran",
        "Temmuz",
        "Ağustos",
        "Eylül",
        "Ekim",
        "Kasım",
        "Aralık",
    }
)


def scrubbed(text: str) -> str:
    """The text with what reaches or names a person replaced by dots. What rules miss, and what they
    take in error, is measured in tests/unit/cases/test_scrub.py."""
    for pattern in _NUMBERS:
        text = pattern.sub(MARK, text)
    for pattern in _NAMES:
        text = pattern.sub(_hide, text)
    return text


def _hide(found: re.Match[str]) -> str:
    words = found["name"].split()
    first = words[0].rstrip("’'")
    if first in _NO_NAME or _names_place(found.string[found.start("name") :]):
        return found[0]
    kept = found[0][len(found["cue"]) + len(found["name"]) :]
    return found["cue"] + MARK + kept


def _names_place(text: str) -> bool:
    """Whether the capitals at the beginning run into the word of a place: `Ali Kaya Parkı`."""
    for i, word in enumerate(text.split()[:6]):
        if i and _lower(word).startswith(_PLACE):
            return True
        if word[-1] in ",.;:!?" or (i and not word[0].isupper() and not _title(word)):
            return False
    return False


def _title(word: str) -> bool:
    return _lower(word).startswith(("bey", "hanım", "hoca", "usta"))
