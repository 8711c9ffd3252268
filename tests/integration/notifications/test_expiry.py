"""Notices before a key expires: each once, by mail, whatever is repeated."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import ClientKey
from notifications.actions.expiry import tell_of_expiry
from notifications.actions.outbox import send_waiting
from notifications.models import Message
from tests.clients import make_client
from tests.factories import City

pytestmark = pytest.mark.django_db


def test_thirty_seven_and_one_day_before(city: City) -> None:
    now = timezone.now()
    _row, key = make_client(city, now=now)
    ClientKey.objects.update(expires_at=now + timedelta(days=40))
    told = []
    for day in range(42):
        at = now + timedelta(days=day)
        before = Message.objects.count()
        tell_of_expiry(now=at)
        tell_of_expiry(now=at)
        told += [40 - day] * (Message.objects.count() - before)
    assert told == [30, 7, 1]
    send_waiting(now=now)
    assert len(mail.outbox) == 3 and mail.outbox[0].to == ["bt@example.org"]
    assert "Harita" in mail.outbox[0].subject and key[-4:] in mail.outbox[0].body
    assert key not in mail.outbox[0].body


def test_a_revoked_key_is_told_of_no_more(city: City) -> None:
    now = timezone.now()
    make_client(city, now=now)
    ClientKey.objects.update(expires_at=now + timedelta(days=3), revoked_at=now)
    assert tell_of_expiry(now=now) == 0
