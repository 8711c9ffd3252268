"""What people have taught the geocoder, looked up."""

from dataclasses import replace

from addresses.geocoder.aliases import key_of
from addresses.geocoder.answer import Answer, Candidate
from addresses.geocoder.language import load
from addresses.geocoder.names import NameIndex
from addresses.models import PlaceAlias
from addresses.models.entity import LIVING


def with_taught(text: str, answer: Answer, index: NameIndex, *, limit: int) -> Answer:
    """The answer led by the door that a person said these very words mean.

    It is of category B and says so (`taught`). An answer of category A stays as it is: everything
    that was written agrees with the register. One look-up by an index.
    """
    if answer.category == "A":
        return answer
    keys = {key_of(text, load(language)) for language in index.languages} - {""}
    alias = (
        PlaceAlias.objects.filter(text_key__in=keys, withdrawn_at=None, address__status__in=LIVING)
        .select_related("address__side__street")
        .first()
        if keys
        else None
    )
    if alias is None or alias.address.neighbourhood_id not in index.neighbourhoods:
        return answer
    taught = _candidate(alias, index)
    others = [c for c in answer.candidates if c.address_id != taught.address_id]
    return replace(
        answer,
        category="B",
        candidates=(taught, *others)[:limit],
        ambiguous=False,
        warnings=("taught",),
    )


def _candidate(alias: PlaceAlias, index: NameIndex) -> Candidate:
    door, area = alias.address, index.neighbourhoods[alias.address.neighbourhood_id]
    return Candidate(
        label=index.label(area.id, street=door.side.street.name, number=door.house_number),
        precision="DOOR",
        score=1.0,
        lon=door.geom.x,
        lat=door.geom.y,
        address_id=door.pk,
        side_id=door.side_id,
        street_id=door.side.street_id,
        building_id=door.building_id,
        parcel_id=door.parcel_id,
        neighbourhood_id=area.id,
        district_id=area.parent_id,
    )
