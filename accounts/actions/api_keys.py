"""Issues keys, takes them back, and knows their holders."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import ApiKey, User
from accounts.rules.api_keys import digest, looks_like_key, new_key


def issue_key(user: User, *, name: str, days: int, now: datetime) -> str:
    """A new key that acts for a person for some days. It is returned once and kept nowhere."""
    key = new_key()
    ApiKey.objects.create(
        user=user,
        name=name[:80],
        digest=digest(key),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return key


def revoke_key(key: ApiKey, *, now: datetime) -> None:
    """Ends a key at once; a second time nothing changes."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


def holder_of(text: str, *, now: datetime) -> User | None:
    """Whom a key acts for; None where it is none, is over, or its person may not sign in."""
    if not looks_like_key(text):
        return None
    valid = ApiKey.objects.filter(digest=digest(text), revoked_at=None, expires_at__gt=now)
    key = valid.select_related("user").filter(user__is_active=True).first()
    if key is None:
        return None
    today = timezone.localdate(now)
    if key.used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(used_on=today)
    return key.user
