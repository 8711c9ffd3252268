"""Personal data at rest."""

import time

import pytest
from cryptography.fernet import InvalidToken

from core.rules.secrets import blind_index, decrypt, encrypt

KEY, OTHER = "first key of 32 bytes", "second key"


def test_only_the_same_key_reads_it_again():
    hidden = encrypt(KEY, "+90 532 111 22 33 Çiğdem")
    assert "532" not in hidden
    assert decrypt(KEY, hidden) == "+90 532 111 22 33 Çiğdem"
    with pytest.raises(InvalidToken):
        decrypt(OTHER, hidden)


def test_equal_texts_are_not_seen_to_be_equal():
    assert encrypt(KEY, "x") != encrypt(KEY, "x")


def test_altered_data_are_refused():
    hidden = encrypt(KEY, "x")
    broken = hidden[:20] + ("A" if hidden[20] != "A" else "B") + hidden[21:]
    with pytest.raises(InvalidToken):
        decrypt(KEY, broken)


def test_what_is_too_old_is_refused(monkeypatch):
    hidden = encrypt(KEY, "x")
    assert decrypt(KEY, hidden, seconds=60) == "x"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 62)
    assert decrypt(KEY, hidden) == "x"
    with pytest.raises(InvalidToken):
        decrypt(KEY, hidden, seconds=60)


def test_blind_index_finds_equal_values_under_one_key_only():
    assert blind_index(KEY, "+905321112233") == blind_index(KEY, "+905321112233")
    assert blind_index(KEY, "+905321112233") != blind_index(KEY, "+905321112234")
    assert blind_index(KEY, "+905321112233") != blind_index(OTHER, "+905321112233")
    assert len(blind_index(KEY, "")) == 64
