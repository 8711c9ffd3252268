"""What may follow while somebody types an address."""

from collections.abc import Sequence
from datetime import date

from addresses.conf import CONF
from addresses.geocoder.answer import Candidate
from addresses.geocoder.complete import DoorBeginning
from addresses.geocoder.typed import House
from addresses.queries.doors import DatabaseRegister
from addresses.queries.geocoding import called_on, geocode
from addresses.queries.names import completer
from core.queries import sql

Point = tuple[float, float]
_DIGITS = 5  # house numbers have at most so many
_OF_ONE_SIDE = 12
_GEOCODED = 6  # a shorter text is no address that only the geocoder would understand


def autocomplete(
    prefix: str, *, limit: int = 8, near: Point | None = None, as_of: date | None = None
) -> list[Candidate]:
    """Places whose address begins like this, best first, with their points.

    Streets, neighbourhoods, districts and known places by the beginnings of their words, in any
    order and with a letter wrong; doors once a number is begun. `near` (lon, lat in degrees)
    prefers what is close by; `as_of` gives the register as it was in force on a day.
    What is a whole address already is understood as `geocode` does.
    """
    text = prefix[: CONF.query_max]
    if not text.strip():
        return []
    found = completer(as_of).complete(text, _Register(as_of), limit=limit, near=near)
    if not found and len(text.strip()) >= _GEOCODED:
        return list(geocode(text, limit=limit, near=near, as_of=as_of).candidates)
    return found if as_of is None else called_on(as_of, found)


def find_or_complete(text: str, *, limit: int, near: Point | None) -> list[Candidate]:
    """Places that a text means; where it means none, those that it may become: for clients that
    ask one address for both.
    """
    found = geocode(text, limit=limit, near=near).candidates
    return list(found) or autocomplete(text, limit=limit, near=near)


class _Register(DatabaseRegister):
    def doors_beginning(self, side_ids: Sequence[int], house: House) -> list[DoorBeginning]:
        """Living doors of these sides whose number begins as typed."""
        if len(house.number) > _DIGITS:
            return []
        number = int(house.number)
        spans = [(number, number)]
        if not house.whole and number > 0:
            for tens in range(1, _DIGITS + 1 - len(house.number)):
                spans.append((number * 10**tens, (number + 1) * 10**tens - 1))
        parameters = {
            "as_of": self._as_of,
            "sides": list(side_ids),
            "lows": [low for low, _high in spans],
            "highs": [high for _low, high in spans],
            "suffix": house.suffix,
            "number": number,
            "most": _OF_ONE_SIDE,
        }
        rows = sql.run("addresses", "complete_doors", parameters)
        return [DoorBeginning(**row) for row in rows]
