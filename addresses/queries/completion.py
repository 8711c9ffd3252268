"""What may follow while somebody types an address."""

from addresses.conf import CONF
from addresses.geocoder.answer import Candidate
from addresses.queries.geocoding import geocode
from addresses.queries.names import completer


def autocomplete(prefix: str, *, limit: int = 8) -> list[Candidate]:
    """Places whose address begins like this, best first.

    A text that ends in a house number gives doors; otherwise streets and neighbourhoods, without
    points: the choice is geocoded when it is made.
    """
    text = prefix[: CONF.query_max].strip()
    if not text:
        return []
    if text[-1].isdigit() or any(c.isdigit() for c in text.split()[-1]):
        doors = [c for c in geocode(text, limit=limit).candidates if c.address_id is not None]
        if doors:
            return doors
    return completer().complete(text, limit=limit)
