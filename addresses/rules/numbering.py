"""Numbers for the doors of one side of a street, by rule.

The Turkish regulation on numbering counts from the street's beginning, odd numbers from 1 on the
left and even ones from 2 on the right; what is built between two numbers later gets a letter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Without those that are mistaken for figures, and those that Turkish does not have.
LETTERS = "ABCDEFGHJKLMNPRSTUVYZ"


@dataclass(frozen=True)
class Rule:
    """`spacing` is metres for each number, or None to count on from door to door.

    With `keep`, doors that have a number keep it, and the others fit in between.
    """

    first: int
    step: int = 2
    spacing: float | None = None
    keep: bool = False

    def __post_init__(self) -> None:
        if self.first < 0 or self.step < 1 or (self.spacing is not None and self.spacing <= 0):
            raise ValueError("numbers grow from 0 or more, by steps and metres above 0")


@dataclass(frozen=True)
class Door:
    """`at`: metres from the street's beginning. `number` 0 stands for none yet."""

    at: float
    number: int = 0
    suffix: str = ""


@dataclass(frozen=True)
class Numbered:
    """What the rule gives. `out_of_order`: no number is left before the first one that is kept."""

    number: int
    suffix: str = ""
    kept: bool = False
    out_of_order: bool = False


def numbers(doors: Sequence[Door], rule: Rule) -> list[Numbered]:
    """A number for each door, in the order in which the doors were given."""
    order = sorted(range(len(doors)), key=lambda i: (doors[i].at, doors[i].number, doors[i].suffix))
    along = [doors[i] for i in order]
    if rule.keep:
        given = _between_kept(along, rule)
    elif rule.spacing is not None:
        given = _metric(along, rule.spacing, rule)
    else:
        given = [Numbered(rule.first + i * rule.step) for i in range(len(along))]
    found: list[Numbered] = [Numbered(0)] * len(doors)
    for i, numbered in zip(order, given, strict=True):
        found[i] = numbered
    return found


def _metric(along: Sequence[Door], spacing: float, rule: Rule) -> list[Numbered]:
    """One number for each stretch; a second door within a stretch gets a letter."""
    taken: set[tuple[int, str]] = set()
    found = []
    for door in along:
        number = rule.first + int(max(door.at, 0.0) // spacing) * rule.step
        found.append(_free(number, taken))
        taken.add((found[-1].number, found[-1].suffix))
    return found


def _between_kept(along: Sequence[Door], rule: Rule) -> list[Numbered]:
    """Runs of doors without a number are filled from the number before them."""
    taken = {(d.number, d.suffix) for d in along if d.number}
    found: list[Numbered] = []
    run: list[Door] = []
    before = 0
    for door in along:
        if not door.number:
            run.append(door)
            continue
        found += _fill(run, before, door.number, rule, taken)
        found.append(Numbered(door.number, door.suffix, kept=True))
        run, before = [], door.number
    return found + _fill(run, before, 0, rule, taken)


def _fill(
    run: list[Door], before: int, after: int, rule: Rule, taken: set[tuple[int, str]]
) -> list[Numbered]:
    """Free numbers between two kept ones first, then letters behind the last of them.

    `before` and `after` are 0 where there is no kept number on that side.
    """
    free = _numbers_between(before, after, len(run), rule, {number for number, _s in taken})
    found = []
    last = before
    for _door in run:
        number = next(free, None)
        if number is not None:
            numbered = Numbered(number)
            last = number
        elif last:
            numbered = _free(last, taken)
        else:
            letter = _free(after, taken)
            numbered = Numbered(letter.number, letter.suffix, out_of_order=True)
        taken.add((numbered.number, numbered.suffix))
        found.append(numbered)
    return found


def _numbers_between(
    before: int, after: int, count: int, rule: Rule, taken: set[int]
) -> Iterator[int]:
    start = before + 1 if before else rule.first
    # A kept number of the other parity does not turn the whole side.
    start += (rule.first - start) % rule.step
    end = after if after else start + (count + len(taken)) * rule.step
    return (n for n in range(start, end, rule.step) if n not in taken)


def _free(number: int, taken: set[tuple[int, str]]) -> Numbered:
    """The number itself if nobody has it, else with the next free letter."""
    return next(Numbered(number, s) for s in _suffixes() if (number, s) not in taken)


def _suffixes() -> Iterator[str]:
    yield ""
    prefixes = [""]
    while True:
        prefixes = [p + letter for p in prefixes for letter in LETTERS]
        yield from prefixes
