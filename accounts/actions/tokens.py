"""Access tokens of OAuth 2.0: short, opaque, kept as a digest, gone with the key that got them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from accounts.conf import CONF
from accounts.models import ClientKey, ClientToken
from accounts.queries.clients import forget_known
from accounts.rules.api_keys import digest


@transaction.atomic
def keep_token(*, token: str, key: int, scopes: Collection[str], now: datetime) -> None:
    """Keeps a token's digest until it is over, or its key is."""
    row = ClientKey.objects.select_for_update().get(pk=key)
    until = min(row.expires_at, now + timedelta(seconds=CONF.token_seconds))
    ClientToken.objects.create(
        key=row, digest=digest(token), scopes=sorted(scopes), expires_at=until
    )


def end_token(*, token: str, client: int) -> None:
    """Ends a client's own token; another's, or none, changes nothing and says nothing."""
    ClientToken.objects.filter(digest=digest(token), key__client=client).delete()
    forget_known()
