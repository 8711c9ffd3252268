"""Teaching the geocoder: a person's correction becomes an alias."""

from datetime import datetime

from django.db import transaction

from accounts.rules.viewer import Viewer
from addresses.actions.drafting import NotAllowed
from addresses.geocoder.aliases import key_of
from addresses.geocoder.language import load
from addresses.models import Address, PlaceAlias
from addresses.queries.geocoding import geocode


@transaction.atomic
def teach(
    text: str, *, address_id: int, viewer: Viewer, reference: str, now: datetime
) -> PlaceAlias | None:
    """These words mean this door from now on; None where there is nothing to learn: too few words,
    or the geocoder is sure of this door already. A former alias of the same words is withdrawn.

    Whether this person may correct a place the caller has seen to. Raises NotAllowed for nobody.
    """
    if viewer.user_id is None:
        raise NotAllowed
    language = Address.objects.values_list(
        "neighbourhood__district__province__language", flat=True
    ).get(pk=address_id)
    key = key_of(text, load(language))
    if not key:
        return None
    answer = geocode(text)
    sure = answer.category in ("A", "B") and not answer.ambiguous
    if sure and answer.best is not None and answer.best.address_id == address_id:
        return None
    PlaceAlias.objects.filter(text_key=key, withdrawn_at=None).update(withdrawn_at=now)
    return PlaceAlias.objects.create(
        text_key=key, text=text[:300], address_id=address_id, taught_by_id=viewer.user_id,
        taught_at=now, reference=reference[:40],
    )  # fmt: skip
