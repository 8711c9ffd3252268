"""A file is told by what it begins with, and gets a name that is true."""

import pytest

from addresses.rules.evidence import endings, named


@pytest.mark.parametrize(
    ("head", "first"),
    [
        (b"%PDF-1.7", "pdf"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"PK\x03\x04", "zip"),
        (b"MZ\x90\x00", None),
        (b"<html><s", None),
        (b" %PDF-1.", None),
        (b"", None),
    ],
)
def test_the_kind_is_in_the_first_bytes(head, first):
    assert (endings(head) or (None,))[0] == first


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("Encümen kararı.PDF", "Encümen kararı.pdf"),
        ("karar.exe", "karar.exe.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Belgeler\\karar.pdf", "karar.pdf"),
        ("kar\u202efdp.exe", "karfdp.exe.pdf"),
        ('a"\r\nSet-Cookie: x.pdf', "aSet-Cookie x.pdf"),
        (".pdf", "pdf.pdf"),
        ("", "evidence.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_the_name_has_no_folders_and_a_true_ending(name, offered):
    assert named(name, ("pdf",)) == offered


def test_another_ending_of_the_same_kind_stays():
    assert named("kapi.jpeg", ("jpg", "jpeg")) == "kapi.jpeg"
