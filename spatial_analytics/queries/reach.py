"""Who is counted for whom: staff of analytics see all cases in their counts, others public ones."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from accounts.rules.clients import as_told
from accounts.rules.roles import Permission
from accounts.rules.viewer import Grant, Scope, Viewer
from spatial_analytics.queries.rights import granted_rights, members_of
from spatial_analytics.rules.indicators import BUILT_IN, Audience, Indicator
from spatial_analytics.rules.question import Period, Question
from spatial_analytics.rules.rights import DEFAULT, Persons, Right, right_of


class Counted(StrEnum):
    """Which cases are in a count. The value names everybody who sees the same counts: it is part of
    the key of cached tiles."""

    PUBLIC = "public"  # what may be public; small counts are hidden
    ALL = "analytics"  # every case but those of sensitive types
    WITH_SENSITIVE = "analytics+"

    def sql(self) -> dict[str, bool]:
        """As the named parameters of the counting statements."""
        return {"public_only": self is Counted.PUBLIC, "sensitive": self is Counted.WITH_SENSITIVE}


def counted(viewer: Viewer) -> Counted:
    """What is counted on the density map for this viewer: requests by hexagon. A grant that is narrowed to areas or
    types, or whose right does not reach so far, counts as the public does: its holder must not learn from a figure
    what no list and no other figure shows."""
    question = Question(BUILT_IN["opened"], Period(date.min, date.min), by=("cell",))
    parts = _by_right(as_told(viewer))
    found = [_counted(part) for right, part in parts if right.allows(question)]
    return max(found, key=list(Counted).index, default=Counted.PUBLIC)


def _counted(viewer: Viewer) -> Counted:
    if not viewer.counts_everything:
        return Counted.PUBLIC
    return Counted.WITH_SENSITIVE if viewer.cleared else Counted.ALL


def counting_audience(viewer: Viewer) -> str:
    """Name of everybody who sees the same counts: the key of cached tiles."""
    return counted(viewer).value


@dataclass(frozen=True)
class Sight:
    """Which cases are in somebody's figures: every one that `counted` allows, or, where there are scopes,
    those whose list they may see; and what of them is told. Grants under other rights are `others`.

    `people`: members of staff whose own figures may be told; None: all. `noted`: the look at them is written down.
    """

    counted: Counted
    scopes: tuple[Scope, ...] = ()
    right: Right = DEFAULT
    people: frozenset[int] | None = None
    others: tuple["Sight", ...] = ()
    noted: bool = False

    @property
    def public(self) -> bool:
        """Whether small counts are hidden, and most indicators."""
        return self.counted is Counted.PUBLIC and not self.scopes and not self.others

    @property
    def audience(self) -> str:
        """The same for two only if they see the same figures."""
        own = "|".join(s.name for s in self.scopes) or self.counted.value
        own += self.right.name
        if self.right.persons is Persons.OWN:
            own += ":" + ",".join(map(str, sorted(self.people or ())))
        return "&".join([own, *(other.audience for other in self.others)])

    def tells(self, indicator: Indicator) -> bool:
        """Whether any right allows it at all, of the whole city."""
        return self.of(Question(indicator, Period(date.min, date.min))) is not None

    def of(self, question: Question) -> "Sight | None":
        """What of it this question may be asked of; None: nothing. Rights do not add up: of several that
        allow it the one that counts most holds, and of parts of cases all whose right is the same."""
        able = [one for one in (self, *self.others) if one.right.allows(question)]
        if not able:
            return None
        best = max(able, key=lambda one: (list(Counted).index(one.counted), len(one.scopes)))
        return replace(best, others=(), noted=self.noted)


def sight(viewer: Viewer) -> Sight:
    """Analysts see the figures of all, who works on cases those of their own lists, others the public's.
    What a drawn area narrows is not counted apart: its holder sees the public's."""
    parts = [_sight(part, right) for right, part in _by_right(as_told(viewer))]
    parts = [part for part in parts if not part.public]
    if not parts:
        return Sight(Counted.PUBLIC)
    parts.sort(key=lambda one: (list(Counted).index(one.counted), one.audience), reverse=True)
    return replace(parts[0], others=tuple(parts[1:]))


def _sight(viewer: Viewer, right: Right) -> Sight:
    everybody = _counted(viewer)
    people: frozenset[int] | None = None
    if right.persons is Persons.OWN:
        organisations = {g.organisation for g in viewer.grants if g.organisation is not None}
        departments = frozenset[int]().union(*(g.departments for g in viewer.grants))
        people = members_of(organisations, departments)
    if everybody is not Counted.PUBLIC or not viewer.may(Permission.SEE_CASES):
        return Sight(everybody, right=right, people=people)
    scopes = tuple(s for s in viewer.scopes if s.reach.drawn is None)
    return Sight(everybody, scopes, right, people)


def _by_right(viewer: Viewer) -> list[tuple[Right, Viewer]]:
    """The viewer as each of their rights has them. Whom no membership narrows is told everything."""
    if not viewer.grants:
        whole = Right(persons=Persons.ALL) if viewer.permissions else DEFAULT
        return [(whole, viewer)]
    rows, gathered = granted_rights(), dict[Right, list[Grant]]()
    for grant in viewer.grants:
        if grant.permissions & _COUNTING:
            gathered.setdefault(right_of(grant.held_in, grant.role, rows), []).append(grant)
    return [
        (
            right,
            replace(
                viewer,
                grants=tuple(grants),
                permissions=frozenset[Permission]().union(*(g.permissions for g in grants)),
            ),
        )
        for right, grants in gathered.items()
    ]


#: A role without one of these has no figures of its own.
_COUNTING = frozenset({Permission.SEE_CASES, Permission.SEE_ALL_CASES, Permission.SEE_ANALYTICS})


def told(indicator: Indicator, sight: Sight) -> bool:
    """Whether figures that are not of cases are told to somebody: to analysts all, to who works on the cases
    of a whole body what that body has brought in, to the public what its owner has made public. Figures
    about persons: to nobody."""
    if indicator.audience is Audience.PUBLIC or indicator.audience is Audience.PERSON:
        return indicator.audience is Audience.PUBLIC
    if not sight.scopes:
        return sight.counted is not Counted.PUBLIC
    owner = indicator.outside.organisation if indicator.outside else None
    return any(
        not scope.reach.narrowed and (scope.everything or owner in scope.organisations)
        for scope in sight.scopes
    )


def condition(
    sight: Sight, alias: str, *, sensitive: Collection[int], of_groups: dict[int, list[int]]
) -> str:
    """The sight as SQL over the columnar copy.

    sensitive   ids of sensitive types
    of_groups   ids of the types of each group
    """
    plain = _not_among(f"{alias}.type", sensitive)
    if sight.scopes:
        parts = [_of_scope(scope, alias, plain, of_groups) for scope in sight.scopes]
        return "(" + " OR ".join(parts) + ")"
    if sight.counted is Counted.WITH_SENSITIVE:
        return "true"
    return f"{alias}.public AND {plain}" if sight.counted is Counted.PUBLIC else plain


def _of_scope(scope: Scope, alias: str, plain: str, of_groups: dict[int, list[int]]) -> str:
    parts, reach = [], scope.reach
    if not scope.everything:
        parts.append(
            f"({among(f'{alias}.organisation', scope.organisations)}"
            f" OR {among(f'{alias}.department', scope.departments)})"
        )
    if not reach.everywhere:
        parts.append(
            f"({among(f'{alias}.district', reach.districts)}"
            f" OR {among(f'{alias}.neighbourhood', reach.neighbourhoods)})"
        )
    if reach.groups or reach.types:
        types = {t for g in reach.groups for t in of_groups.get(g, ())} | reach.types
        parts.append(among(f"{alias}.type", types))
    if not reach.sensitive:
        parts.append(plain)
    return "(" + (" AND ".join(parts) or "true") + ")"


def among(column: str, ids: Iterable[int]) -> str:
    """A condition of whole numbers; none of them: never."""
    listed = ", ".join(str(int(one)) for one in sorted(ids))
    return f"{column} IN ({listed})" if listed else "false"


def _not_among(column: str, ids: Collection[int]) -> str:
    return f"({column} IS NULL OR NOT {among(column, ids)})" if ids else "true"
