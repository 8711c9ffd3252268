"""Autocompletion at every keystroke, as the server answers it, in the benchmark's city.

    VIP_BENCH_SCALE=1 VIP_BENCH_CASES=50000 ./vip bench autocomplete

Real doors are typed letter by letter in several hands; how soon the door, and its street, stand in
the list is counted beside the time.
"""

import random
import time
from collections import defaultdict
from typing import Any

from tests.benchmarks.city import spread, use_city

DOORS = 60
LETTERS = "abcdefghijklmnoprstuvyz"


def typed(door: Any, hand: str, dice: random.Random) -> str:
    """A door's address as a person of this hand types it."""
    from core.rules.text import fold

    street, number = door.side.street.name, door.house_number
    area = door.side.neighbourhood.name
    short = street.replace("Caddesi", "cad").replace("Sokak", "sk").replace("Bulvarı", "blv")
    if hand == "street, number":
        return f"{street} {number}"
    if hand == "area, street, number":
        return f"{area} {street} {number}"
    if hand == "street, area":
        return f"{short} {area}"
    if hand == "no diacritics":
        return fold(f"{area} mah {short} no {number}")
    if not street[:2].isalpha():  # numbers are taken as they are written
        return f"{street} {area} {number}"
    at = dice.randrange(1, len(street.split()[0]))
    wrong = dice.choice(LETTERS) if dice.random() < 0.5 else ""
    return f"{street[:at]}{wrong}{street[at + 1 :]} {area} {number}"


HANDS = ("street, number", "area, street, number", "street, area", "no diacritics", "wrong letter")


def main(argv: list[str]) -> int:
    use_city()
    from django.test import Client

    from addresses.api.geocode_view import GeocodeThrottle
    from addresses.models import Address
    from addresses.queries.completion import autocomplete

    GeocodeThrottle.rate = "1000000/s"
    dice = random.Random(5)
    pks = list(Address.objects.filter(status="ACTIVE", number__gt=0).values_list("pk", flat=True))
    related = "side__street", "side__neighbourhood__district"
    doors = list(Address.objects.select_related(*related).filter(pk__in=dice.sample(pks, DOORS)))
    print(f"{len(pks):,} doors")
    autocomplete("a")
    client = Client()
    inside: dict[str, list[float]] = defaultdict(list)
    served: dict[str, list[float]] = defaultdict(list)
    hits: dict[str, list[bool]] = defaultdict(list)
    for hand in HANDS:
        for door in doors:
            text = typed(door, hand, dice)
            for end in range(2, len(text) + 1):
                begun = time.perf_counter()
                found = autocomplete(text[:end])
                inside[hand].append((time.perf_counter() - begun) * 1000)
            streets = {c.street_id for c in found}
            there = {c.address_id for c in found}
            hits[f"{hand}: its street"].append(door.side.street_id in streets)
            if "number" in hand or hand == "no diacritics":
                hits[f"{hand}: the door"].append(door.pk in there)
        for door in doors[:12]:
            text = typed(door, hand, dice)
            for end in range(2, len(text) + 1):
                begun = time.perf_counter()
                answer = client.get(
                    "/geocode/autocomplete", {"q": text[:end]}, HTTP_HOST="localhost"
                )
                served[hand].append((time.perf_counter() - begun) * 1000)
                assert answer.status_code == 200
    for hand in HANDS:
        print(f"{hand:22} {len(inside[hand]):6} keystrokes  {spread(inside[hand])}")
        print(f"{'  with the request':22} {len(served[hand]):6}             {spread(served[hand])}")
    everything = [t for times in served.values() for t in times]
    print(f"{'all, with the request':22} {len(everything):6}             {spread(everything)}")
    for name, found in hits.items():
        print(f"{name:36} {sum(found)} / {len(found)}")
    return 0
