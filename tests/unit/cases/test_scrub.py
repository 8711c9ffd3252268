"""What is taken from free text, and what stays."""

import pytest

from cases.rules.scrub import scrubbed


@pytest.mark.parametrize(
    "text, left",
    [
        ("Beni 0532 111 22 33 ten arayın", "Beni ••• ten arayın"),
        ("Tel: +90 (532) 111-22-33.", "Tel: •••."),
        ("05321112233", "•••"),
        ("Bana a.b@posta.com.tr yazın", "Bana ••• yazın"),
        ("TC 12345678901", "TC •••"),
        ("TR33 0006 1005 1978 6457 8413 26 hesabı", "••• hesabı"),
        ("Adım Ayşe Yılmaz, çöp alınmıyor", "Adım •••, çöp alınmıyor"),
        ("ismim Çağrı ve kızgınım", "ismim ••• ve kızgınım"),
        ("adım attım düştüm", "adım attım düştüm"),
        ("10028 Sk no:9 önünde 3 çukur", "10028 Sk no:9 önünde 3 çukur"),
        ("Ada 1234 parsel 56, 2026-11-03", "Ada 1234 parsel 56, 2026-11-03"),
        ("27.8449, 39.5991", "27.8449, 39.5991"),
    ],
)
def test_scrubbed(text, left):
    assert scrubbed(text) == left
