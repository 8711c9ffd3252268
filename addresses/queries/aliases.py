"""What people have taught the geocoder, looked up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from addresses.geocoder.aliases import key_of
from addresses.geocoder.answer import Answer, Candidate
from addresses.geocoder.language import load
from addresses.geocoder.names import NameIndex
from addresses.queries.doors import DatabaseRegister
from addresses.rules import house_number

_FIELDS = (
    "lon", "lat", "address_id", "side_id", "street_id", "building_id", "parcel_id",
    "neighbourhood_id",
)  # fmt: skip


def with_taught(
    text: str, answer: Answer, index: NameIndex, register: DatabaseRegister, *, limit: int
) -> Answer:
    """The answer led by the door that a person said these very words mean.

    It is of category B and says so (`taught`). An answer of category A stays as it is: everything
    that was written agrees with the register. One look-up by an index.
    """
    if answer.category == "A":
        return answer
    keys = {key_of(text, load(language)) for language in index.languages} - {""}
    if not keys:
        return answer
    door = register.taught(sorted(keys))
    if door is None or door["neighbourhood_id"] not in index.neighbourhoods:
        return answer
    taught = _candidate(door, index)
    others = [c for c in answer.candidates if c.address_id != taught.address_id]
    return replace(
        answer,
        category="B",
        candidates=(taught, *others)[:limit],
        ambiguous=False,
        warnings=("taught",),
    )


def _candidate(door: Mapping[str, Any], index: NameIndex) -> Candidate:
    area = index.neighbourhoods[door["neighbourhood_id"]]
    number = house_number.written(door["number"], door["suffix"])
    return Candidate(
        label=index.label(area.id, street=door["street"], number=number),
        precision="DOOR",
        score=1.0,
        district_id=area.parent_id,
        **{name: door[name] for name in _FIELDS},
    )
