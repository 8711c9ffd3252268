"""Keys: issued once, kept as a digest, over when they are revoked, expired or their person is gone."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.actions.api_keys import holder_of, issue_key, revoke_key
from accounts.models import ApiKey, User

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def user() -> User:
    return User.objects.create_user("u", password="x")


def test_the_key_itself_is_not_kept(user: User) -> None:
    key = issue_key(user, name="script", days=1, now=NOW)
    row = ApiKey.objects.get()
    assert key not in {str(value) for value in vars(row).values()}
    assert holder_of(key, now=NOW) == user
    row.refresh_from_db()
    assert row.used_on == timezone.localdate(NOW)


def test_when_it_is_over(user: User) -> None:
    key = issue_key(user, name="script", days=1, now=NOW)
    assert holder_of(key, now=NOW + timedelta(hours=23)) == user
    assert holder_of(key, now=NOW + timedelta(hours=25)) is None
    User.objects.update(is_active=False)
    assert holder_of(key, now=NOW) is None
    User.objects.update(is_active=True)
    revoke_key(ApiKey.objects.get(), now=NOW)
    assert holder_of(key, now=NOW) is None


@pytest.mark.parametrize("text", ["", "vip_", "vip_" + "x" * 43, "vip_\0", "vip_ş", "x" * 10**6])
def test_what_is_no_key(user: User, text: str) -> None:
    issue_key(user, name="script", days=1, now=NOW)
    assert holder_of(text, now=NOW) is None


def test_the_command(user: User) -> None:
    out = StringIO()
    call_command("issue_api_key", "u", "--name", "tables", "--days", "3", stdout=out)
    assert holder_of(out.getvalue().strip(), now=timezone.now()) == user
    for wrong in (["nobody"], ["u", "--days", "0"], ["u", "--days", "9999"]):
        with pytest.raises(CommandError):
            call_command("issue_api_key", *wrong, "--name", "x")
    assert ApiKey.objects.count() == 1
