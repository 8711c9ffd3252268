"""What askers see while the register changes: real publications, questions over HTTP."""

import random
import threading
import time
import uuid
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.actions.drafting import note_lineage, open_draft, propose
from addresses.actions.publication import check, publish_draft, review
from addresses.models import Address, RegisterPolicy, StreetSide
from addresses.models.entity import LIVING
from tests.benchmarks.bars import Bars
from tests.benchmarks.served import Served, User

_EDITOR = Viewer(permissions=frozenset(Permission))
_NUMBER = 9001  # no street has it
_ROUNDS = 10
_SWAPS = 12  # even: at the end all is as it was


def measure(server: Served, bars: Bars, seed: int) -> None:
    """Publishes doors, retires them with an heir, and swaps two streets' names under questions."""
    rng = random.Random(seed)
    pks = list(
        Address.objects.filter(status__in=LIVING, number__gt=0, suffix="").values_list(
            "pk", flat=True
        )
    )
    related = "side__street", "side__neighbourhood__district"
    doors = list(Address.objects.select_related(*related).filter(pk__in=rng.sample(pks, _ROUNDS)))
    waits, led = [], 0
    for door in doors:
        wait, heir = _door_comes_and_goes(server, door)
        waits.append(wait)
        led += heir
    bars.most("a published address is found after", max(waits), 1.0, ".3f", f"s, of {_ROUNDS}")
    bars.least("a retired one leads to its successor", led / _ROUNDS, 1.0)
    one, two = doors[0], next(d for d in doors if d.side.street_id != doors[0].side.street_id)
    asked, missed = _swapped(server, one, two)
    bars.most("answers that saw half of a change", missed, 0, ".0f", f"of {asked:,}")


def _publish(changes: Sequence[dict[str, Any]], lineage: tuple[uuid.UUID, uuid.UUID] | None = None) -> list[uuid.UUID]:  # fmt: skip
    """Publishes changes as one set; the uids of their records."""
    now = timezone.now()
    RegisterPolicy.objects.update_or_create(id=1, defaults={"four_eyes": False})
    draft = open_draft(viewer=_EDITOR, kind="EDIT", title="Benchmark", reason="x", now=now)
    made = [propose(draft, viewer=_EDITOR, **change).entity_uid for change in changes]
    if lineage:
        old, new = lineage
        note_lineage(draft, viewer=_EDITOR, entity="address", relation="REPLACED", old=old, new=new)
    check(draft, viewer=_EDITOR, now=now)
    review(draft, viewer=_EDITOR, now=now)
    publish_draft(draft, viewer=_EDITOR, now=now)
    return made


def _words(door: Address, number: object) -> str:
    side = door.side
    area = side.neighbourhood
    return f"{area.name} Mah. {side.street.name} No:{number}, {area.district.name}"


def _found(answer: dict[str, Any]) -> str:
    features = answer["features"]
    return str(features[0]["properties"]["uids"].get("address", "")) if features else ""


def _door_comes_and_goes(server: Served, door: Address) -> tuple[float, bool]:
    """Seconds from a door's publication to its being found; whether it then leads to its heir."""
    user, text = User(server.port), _words(door, _NUMBER)
    point = {"type": "Point", "coordinates": [door.geom.x, door.geom.y]}
    values = {"side": str(door.side.uid), "number": _NUMBER, "geometry": point}
    [made] = _publish([{"entity": "address", "operation": "CREATE", "values": values}])
    begun = time.perf_counter()
    while _found(user.ask(text)[1]) != str(made):
        if time.perf_counter() - begun > 10:
            break
    wait = time.perf_counter() - begun
    _publish([{"entity": "address", "operation": "RETIRE", "uid": made}], (made, door.uid))
    return wait, _found(user.ask(text)[1]) == str(door.uid)


def _swapped(server: Served, one: Address, two: Address) -> tuple[int, int]:
    """Two streets exchange their names, and the door its street, in one set each time: the text
    means the same door before and after. How many answers came, and how many were another door.
    """
    text, wanted = _words(one, one.number), str(one.uid)
    first, second = one.side.street, two.side.street
    names, area = (first.name, "Benchmark Sokak"), one.side.neighbourhood
    sides = {first.pk: one.side}
    side = second.sides.filter(neighbourhood=area, status__in=LIVING).first()
    made: list[uuid.UUID] = []
    if side is None:
        values = {"street": str(second.uid), "neighbourhood": str(area.uid), "side": "B"}
        made = _publish([{"entity": "street_side", "operation": "CREATE", "values": values}])
        side = StreetSide.objects.get(uid=made[0])
    sides[second.pk] = side
    before = second.name
    stop, answers = threading.Event(), []

    def ask() -> None:
        user = User(server.port)
        while not stop.is_set():
            answers.append(_found(user.ask(text)[1]))

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    try:
        for turn in range(_SWAPS):
            loses, gains = (first, second) if turn % 2 == 0 else (second, first)
            other = before if turn == _SWAPS - 1 else names[1]
            _publish([
                {"entity": "street", "operation": "UPDATE", "uid": loses.uid, "values": {"name": other}},
                {"entity": "street", "operation": "UPDATE", "uid": gains.uid, "values": {"name": names[0]}},
                {"entity": "address", "operation": "UPDATE", "uid": one.uid, "values": {"side": str(sides[gains.pk].uid)}},
            ])  # fmt: skip
    finally:
        stop.set()
        for thread in asking:
            thread.join()
        if made:
            _publish([{"entity": "street_side", "operation": "RETIRE", "uid": made[0]}])
    return len(answers), sum(found != wanted for found in answers)
