"""Requests opened per second end to end: text in, located, typed, routed, stored, notice written."""

import random
import sys
import time
import uuid


def main(argv: list[str]) -> int:
    from tests.benchmarks.city import milliseconds, spread, use_city

    use_city()
    from django.db import transaction
    from django.utils import timezone

    from accounts.rules.viewer import ANONYMOUS
    from addresses.queries.geocoding import geocode
    from cases.actions.open_case import open_case
    from cases.models import Case
    from cases.rules.draft import Contact, Draft

    rng = random.Random(1)
    texts = list(Case.objects.filter(pk__gt=1000).values_list("description", flat=True)[:20000])
    texts = rng.sample(texts, 400)
    geocode(texts[0])  # builds the index of names once
    times: list[float] = []
    located = routed = 0

    def open_one(text: str) -> None:
        nonlocal located, routed
        draft = Draft(text, "web", uuid.uuid4().hex, contact=Contact(phone="0532 123 45 67"))
        case = open_case(draft, viewer=ANONYMOUS, now=timezone.now()).case
        located += case.precision == "DOOR"
        routed += case.department_id is not None

    with transaction.atomic():
        for text in texts[:20]:
            open_one(text)
        located = routed = 0
        started = time.perf_counter()
        for text in texts:
            times.append(milliseconds(lambda text=text: open_one(text)))
        whole = time.perf_counter() - started
        geocoding = [milliseconds(lambda text=text: geocode(text)) for text in texts]
        transaction.set_rollback(True)
    n = len(texts)
    print(f"requests opened, one process   {n / whole:6.0f} per second   {spread(times)}")
    print(f"  of it, the geocoder alone                       {spread(geocoding)}")
    print(f"  at a door {located / n:.1%}, routed {routed / n:.1%} (synthetic texts)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
