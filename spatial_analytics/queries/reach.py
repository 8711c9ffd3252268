"""Who is counted for whom: staff of analytics see all cases in their counts, others public ones."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from accounts.rules.roles import Permission
from accounts.rules.viewer import Scope, Viewer
from spatial_analytics.rules.indicators import Audience, Indicator


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
    """What is counted for this viewer. A grant that is narrowed to areas or types counts as the
    public does: its holder must not learn from a figure what no list shows."""
    if not viewer.counts_everything:
        return Counted.PUBLIC
    return Counted.WITH_SENSITIVE if viewer.cleared else Counted.ALL


def counting_audience(viewer: Viewer) -> str:
    """Name of everybody who sees the same counts: the key of cached tiles."""
    return counted(viewer).value


@dataclass(frozen=True)
class Sight:
    """Which cases are in somebody's figures: every one that `counted` allows, or, where there are scopes,
    those whose list they may see."""

    counted: Counted
    scopes: tuple[Scope, ...] = ()

    @property
    def public(self) -> bool:
        """Whether small counts are hidden, and most indicators."""
        return self.counted is Counted.PUBLIC and not self.scopes

    @property
    def audience(self) -> str:
        """The same for two only if they see the same figures."""
        return "|".join(s.name for s in self.scopes) or self.counted.value


def sight(viewer: Viewer) -> Sight:
    """Analysts see the figures of all, who works on cases those of their own lists, others the public's.
    What a drawn area narrows is not counted apart: its holder sees the public's."""
    everybody = counted(viewer)
    if everybody is not Counted.PUBLIC or not viewer.may(Permission.SEE_CASES):
        return Sight(everybody)
    return Sight(everybody, tuple(s for s in viewer.scopes if s.reach.drawn is None))


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
