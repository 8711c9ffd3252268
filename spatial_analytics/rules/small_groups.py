"""Which figures about people's acts are hidden, so that none is learnt of too few people."""

from collections.abc import Hashable, Mapping
from typing import Any

Keys = tuple[Any, ...]
People = frozenset[int]


def hidden_groups(people: Mapping[Keys, People], least: int) -> set[Keys]:
    """The groups with too few people, and as many more that a sum less its parts tells of no fewer: in the
    whole, and along each key.

    people   who is in each group; the groups' keys are of one length
    """
    hidden = {keys for keys, who in people.items() if 0 < len(who) < least}
    slices = _slices(people)
    changed = bool(hidden)
    while changed:
        changed = False
        for members in slices:
            out = People().union(*(people[keys] for keys in members if keys in hidden))
            shown = [keys for keys in members if keys not in hidden and people[keys]]
            if 0 < len(out) < least and shown:
                hidden.add(min(shown, key=lambda keys: (len(people[keys]), str(keys))))
                changed = True
    return hidden


def _slices(people: Mapping[Keys, People]) -> list[list[Keys]]:
    """All groups, and those with the same value of one key."""
    found: dict[Hashable, list[Keys]] = {None: list(people)}
    for keys in people:
        if len(keys) > 1:
            for position, value in enumerate(keys):
                found.setdefault((position, value), []).append(keys)
    return list(found.values())
