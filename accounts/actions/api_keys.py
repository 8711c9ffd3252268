"""Issues keys of people, takes them back, and notes the day of a key's last use."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import ApiKey, ClientKey, User
from accounts.queries.clients import forget_known, known
from accounts.rules.api_keys import digest, looks_like_key, new_key

_NOTED: dict[tuple[bool, int], object] = {}  # key → the day that this process has noted
_NOTED_MOST = 10_000


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
    """Ends a key, within seconds everywhere; a second time nothing changes."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
    forget_known()


def holder_of(text: str, *, now: datetime) -> User | None:
    """Whom a key acts for; None where it is none, is over, or its person may not sign in."""
    found = known(digest(text), now=now) if looks_like_key(text) else None
    if found is None or found.user is None:
        return None
    note_use(found.key, of_client=False, now=now)
    return User.objects.filter(pk=found.user, is_active=True).first()


def note_use(key: int, *, of_client: bool, now: datetime) -> None:
    """The day of a key's last use; written once a day by each process."""
    today = timezone.localdate(now)
    if _NOTED.get((of_client, key)) == today:
        return
    rows = ClientKey.objects if of_client else ApiKey.objects
    rows.filter(pk=key).exclude(used_on=today).update(used_on=today)
    if len(_NOTED) >= _NOTED_MOST:
        _NOTED.clear()
    _NOTED[of_client, key] = today
