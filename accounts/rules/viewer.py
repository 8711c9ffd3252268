"""Who is looking: the value that every visibility rule takes."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.rules.roles import Permission

if TYPE_CHECKING:  # a client has a viewer, and a viewer may be a client
    from accounts.rules.clients import ClientIdentity


@dataclass(frozen=True)
class Reach:
    """How a grant is narrowed, as row ids. Empty sets narrow nothing; `drawn` is the membership, or
    with `of_client` the client, whose drawn area counts. What is sensitive is reached only with
    `sensitive`."""

    districts: frozenset[int] = frozenset()
    neighbourhoods: frozenset[int] = frozenset()
    drawn: int | None = None
    of_client: bool = False
    drawing: str = ""  # changes with the drawn outline: what is cached for one is not for another
    groups: frozenset[int] = frozenset()
    types: frozenset[int] = frozenset()
    sensitive: bool = False

    @property
    def everywhere(self) -> bool:
        return not (self.districts or self.neighbourhoods or self.drawn)

    @property
    def narrowed(self) -> bool:
        """Whether it leaves out areas or types; sensitivity is asked for apart."""
        return not self.everywhere or bool(self.groups or self.types)


@dataclass(frozen=True)
class Grant:
    """What one membership allows, and where: a whole organisation, or some departments of it, within
    its reach. `role` and `held_in` (an organisation, also where a department's) say what it is.
    `concerned` is the word of an organisation whose assets and referrals count as its own."""

    permissions: frozenset[Permission]
    organisation: int | None = None
    departments: frozenset[int] = field(default_factory=frozenset)
    reach: Reach = Reach()
    role: str = ""
    held_in: int | None = None
    concerned: str = ""

    def covers(self, organisation: int | None, department: int | None) -> bool:
        if Permission.SEE_ALL_CASES in self.permissions:
            return True
        return (self.organisation is not None and self.organisation == organisation) or (
            department in self.departments
        )


_ALL_AND_SENSITIVE = "all+"


@dataclass(frozen=True)
class Scope:
    """A part of all cases: those of some bodies, or every body's, within one reach. `concerned` are
    the words of organisations that also see what lies on their assets or was referred to them."""

    everything: bool
    organisations: frozenset[int] = frozenset()
    departments: frozenset[int] = frozenset()
    reach: Reach = Reach()
    concerned: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The same for two scopes only if they are the same part."""
        r = self.reach
        bodies = (
            "all" if self.everything else f"o{_ids(self.organisations)}d{_ids(self.departments)}"
        )
        if self.concerned:
            bodies += f"c{','.join(sorted(self.concerned))}"
        narrow = ""
        if r.narrowed:
            narrow = f"@{_ids(r.districts)};{_ids(r.neighbourhoods)};{r.drawn or ''};{r.drawing}"
            narrow += f"#{_ids(r.groups)};{_ids(r.types)}"
        return bodies + narrow + ("+" if r.sensitive else "")


def _ids(ids: frozenset[int]) -> str:
    return ",".join(map(str, sorted(ids)))


@dataclass(frozen=True)
class Viewer:
    """A person's reach. The anonymous viewer has no permission at all; who has permissions and no
    grant (the superuser) is narrowed by nothing.

    `organisations` are seen whole, `departments` only by themselves and their sub-departments.
    `permissions` are those held anywhere; what may be done at one body is asked of `permissions_at`,
    and to one case of `cases.queries.visibility.permissions_on`, which knows areas and types too.
    """

    user_id: int | None = None
    permissions: frozenset[Permission] = frozenset()
    organisations: frozenset[int] = field(default_factory=frozenset)
    departments: frozenset[int] = field(default_factory=frozenset)

    grants: tuple[Grant, ...] = ()
    client: "ClientIdentity | None" = None  # the program that looks, where it is no person

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def permissions_at(
        self, organisation: int | None, department: int | None
    ) -> frozenset[Permission]:
        """What this viewer may do to something that this body is responsible for."""
        if not self.grants:  # nobody's membership: the superuser, or the anonymous viewer
            return self.permissions
        held = (g.permissions for g in self.grants if g.covers(organisation, department))
        return frozenset().union(*held)

    @property
    def desk(self) -> frozenset[str]:
        """The names of the permissions, for templates: `"see_cases" in viewer.desk`."""
        return frozenset(p.value for p in self.permissions)

    @property
    def cleared(self) -> bool:
        """Whether figures that count everything may count what is sensitive."""
        return not self.grants or any(g.reach.sensitive and self._counts(g) for g in self.grants)

    @property
    def counts_everything(self) -> bool:
        """Whether figures hold every body's cases: for analysts and those who see all cases, unless
        their grant is narrowed to areas or types."""
        wanted = {Permission.SEE_ANALYTICS, Permission.SEE_ALL_CASES}
        if not self.grants:
            return bool(wanted & self.permissions)
        return any(self._counts(g) for g in self.grants)

    @staticmethod
    def _counts(grant: Grant) -> bool:
        wanted = {Permission.SEE_ANALYTICS, Permission.SEE_ALL_CASES}
        return bool(wanted & grant.permissions) and not grant.reach.narrowed

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What the grants that see cases open, in a fixed order; empty for who sees none, and for the
        superuser, who sees all."""
        gathered: dict[tuple[bool, Reach], Scope] = {}
        for grant in self.grants:
            if Permission.SEE_CASES not in grant.permissions:
                continue
            everything = Permission.SEE_ALL_CASES in grant.permissions
            known = gathered.get((everything, grant.reach), Scope(everything, reach=grant.reach))
            own = frozenset() if grant.organisation is None else frozenset({grant.organisation})
            concerned = frozenset({grant.concerned} - {""})
            gathered[everything, grant.reach] = Scope(
                everything, known.organisations | own, known.departments | grant.departments,
                grant.reach, known.concerned | concerned,
            )  # fmt: skip
        return tuple(sorted(gathered.values(), key=lambda s: s.name))

    @property
    def audience(self) -> str:
        """A stable name for everyone who sees the same rows: the key of caches and tiles."""
        if not self.may(Permission.SEE_CASES):
            return "public"
        if not self.grants or any(s.name == _ALL_AND_SENSITIVE for s in self.scopes):
            return _ALL_AND_SENSITIVE
        return "|".join(s.name for s in self.scopes)


ANONYMOUS = Viewer()
