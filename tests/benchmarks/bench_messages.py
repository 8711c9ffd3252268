"""The place in a message: right doors, false doors and time, on three sets.

    python -m tests.benchmarks.bench_messages

Invented messages of the generator; hand-written ones, whose doors are those of the demo city at scale
0.1; real complaints of other cities, which name no door here (where they are present).
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.benchmarks.city import DEFAULT_DATA, SCALE, milliseconds, spread, use_city
from tests.benchmarks.messages import DoorName, messages, without_door

HAND_WRITTEN = Path(__file__).parent / "data" / "messages_handwritten_tr.csv"
COMPLAINTS = "text/belediye_sikayet_train.csv"
SEED, COUNT = 3, 2_000
Case = tuple[str, int | None]  # text, id of the door that it names


def main(_argv: list[str]) -> int:
    use_city()
    doors = _doors()
    sample = list(doors)[:: max(1, len(doors) // 3_000)]
    made = messages(sample, seed=SEED, count=COUNT)
    _measure("generator", ((m.text, m.address_id) for m in made))
    _measure("generator, no door", ((m.text, None) for m in without_door(seed=SEED, count=COUNT)))
    if SCALE == 0.1:
        _measure("hand-written", _hand_written(doors))
    path = DEFAULT_DATA / COMPLAINTS
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            _measure("real complaints", ((r["text"], None) for r in csv.DictReader(file)))
    return 0


def _doors() -> dict[DoorName, int]:
    from addresses.models import Address

    rows = Address.objects.select_related("side__street", "side__neighbourhood__district")
    return {
        DoorName(
            a.pk, a.side.neighbourhood.district.name, a.side.neighbourhood.name,
            a.side.street.name, a.house_number,
        ): a.pk
        for a in rows.order_by("pk")
    }  # fmt: skip


def _hand_written(doors: dict[DoorName, int]) -> Iterable[Case]:
    by_words = {name[1:]: pk for name, pk in doors.items()}
    with HAND_WRITTEN.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words = (row["district"], row["neighbourhood"], row["street"], row["number"])
            yield row["message"], by_words[words] if row["street"] else None


def _measure(name: str, cases: Iterable[Case]) -> None:
    from addresses.queries.mentions import find_place

    counts: Counter[str] = Counter()
    times = []
    for text, door in cases:
        found = None

        def look(text: str = text) -> None:
            nonlocal found
            found = find_place(text)

        times.append(milliseconds(look))
        best = found.answer.best if found is not None else None
        named = best.address_id if best is not None else None
        sure = (
            found is not None and found.answer.category in ("A", "B") and not found.answer.ambiguous
        )
        counts["doors" if door is not None else "none"] += 1
        if door is not None:
            counts["right"] += named == door
            counts["wrong"] += named is not None and named != door
            counts["wrong and sure"] += named is not None and named != door and sure
        else:
            counts["false"] += named is not None
            counts["false and sure"] += named is not None and sure
    print(f"{name:20}", end="")
    if counts["doors"]:
        print(
            f"right door {counts['right'] / counts['doors']:7.2%} of {counts['doors']:,}"
            f"  wrong {counts['wrong']} ({counts['wrong and sure']} sure)",
            end="",
        )
    if counts["none"]:
        print(
            f"  false door {counts['false'] / counts['none']:6.2%} of {counts['none']:,}"
            f" ({counts['false and sure']} sure)",
            end="",
        )
    print(f"  {spread(times)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
