"""Who is looking: the value that every visibility rule takes."""

from dataclasses import dataclass, field

from accounts.rules.roles import Permission


@dataclass(frozen=True)
class Viewer:
    """A person's reach. The anonymous viewer has no permission at all.

    `organisations` are seen whole, `departments` only by themselves and their sub-departments.
    """

    user_id: int | None = None
    permissions: frozenset[Permission] = frozenset()
    organisations: frozenset[int] = field(default_factory=frozenset)
    departments: frozenset[int] = field(default_factory=frozenset)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

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
