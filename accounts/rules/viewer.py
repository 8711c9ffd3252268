"""Who is looking: the value that every visibility rule takes."""

from dataclasses import dataclass, field

from accounts.rules.roles import Permission


@dataclass(frozen=True)
class Grant:
    """What one membership allows, and where: a whole organisation, or some departments of it."""

    permissions: frozenset[Permission]
    organisation: int | None = None
    departments: frozenset[int] = field(default_factory=frozenset)

    def covers(self, organisation: int | None, department: int | None) -> bool:
        if Permission.SEE_ALL_CASES in self.permissions:
            return True
        return (self.organisation is not None and self.organisation == organisation) or (
            department in self.departments
        )


@dataclass(frozen=True)
class Viewer:
    """A person's reach. The anonymous viewer has no permission at all.

    `organisations` are seen whole, `departments` only by themselves and their sub-departments.
    `permissions` are those held anywhere; what may be done to one case is asked of
    `permissions_at`, since a person may hold different roles in different bodies.
    """

    user_id: int | None = None
    permissions: frozenset[Permission] = frozenset()
    organisations: frozenset[int] = field(default_factory=frozenset)
    departments: frozenset[int] = field(default_factory=frozenset)

    grants: tuple[Grant, ...] = ()

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
    def audience(self) -> str:
        """A stable name for everyone who sees the same rows: the key of caches and tiles."""
        if self.may(Permission.SEE_ALL_CASES):
            return "all"
        if not self.may(Permission.SEE_CASES):
            return "public"
        organisations = ",".join(map(str, sorted(self.organisations)))
        departments = ",".join(map(str, sorted(self.departments)))
        return f"o{organisations}d{departments}"


ANONYMOUS = Viewer()
