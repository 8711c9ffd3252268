"""Programs of organisations: scopes, what is hidden from them, and how their use is counted."""

import ipaddress
from dataclasses import dataclass, field
from typing import Any

from accounts.rules.roles import Permission
from accounts.rules.viewer import Grant, Reach, Viewer
from core.rules.text import key

REGISTRY_READ = "registry:read"
CASES_READ = "cases:read"
CHANGES_PROPOSE = "changes:propose"
WORKS_PUBLISH = "works:publish"
CASES_EXCHANGE = "cases:exchange"
SCOPES = (REGISTRY_READ, CASES_READ, CHANGES_PROPOSE, WORKS_PUBLISH, CASES_EXCHANGE)
# What an organisation's administrator may give without the city's consent: open data and proposals.
WITHOUT_CONSENT = frozenset({REGISTRY_READ, CHANGES_PROPOSE})

_PERMISSIONS = {CASES_READ: Permission.SEE_CASES, WORKS_PUBLISH: Permission.PUBLISH_WORKS}
ANY_SCOPE = "*"  # where a view asks for the right scope itself
_ANY = "*"
_EVERYWHERE = Reach()
#: Names under which the interfaces tell the same fact of a case: who must not know one knows none of them.
FACTS = (
    frozenset(
        {"place", "geometry", "address", "building", "parcel", "street", "district", "neighbourhood",
         "precision", "category", "place_label", "lon", "lat", "bbox", "near"}
    ),
    frozenset({"request_type", "type", "type_name", "type_name_en", "group"}),
    frozenset({"opened_at", "month"}),
    frozenset({"state", "open"}),
    frozenset({"closed_at", "resolved_at", "result"}),
    frozenset({"organisation", "department"}),
)  # fmt: skip
#: Who must not know the state of a case knows none of these; without them the state may be known.
TELL_THE_STATE = frozenset({"closed_at", "resolved_at", "result"})
#: What may be hidden. The number is how a case is known.
HIDEABLE = frozenset(name for fact in FACTS for name in fact) | frozenset(
    {
        "description",
        "answers",
        "kind",
        "urgency",
        "channel",
        "needs_review",
        "due_at",
        "legal_due_at",
        "changed_at",
    }
)


@dataclass(frozen=True)
class ClientIdentity:
    """A program that has shown a key or a token. `id` is the row's, `uid` what others know it by."""

    id: int
    uid: str
    name: str
    organisation: int
    organisation_code: str
    scopes: frozenset[str]
    reach: Reach = _EVERYWHERE
    hidden: frozenset[tuple[str, str]] = frozenset()

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    def hides(self, collection: str, name: str) -> bool:
        """Whether this field of a collection is kept from the client: it, or another name of the same fact."""
        if not self.hidden:
            return False
        names = next((fact for fact in FACTS if name in fact), frozenset({name}))
        if name in TELL_THE_STATE:
            names |= {"state", "open"}
        return any((of, one) in self.hidden for of in (collection, _ANY) for one in (*names, _ANY))

    def hides_any(self, collection: str) -> bool:
        """Whether any field of a collection is kept from the client."""
        return any(of in (collection, _ANY) for of, _name in self.hidden)


def as_told(viewer: Viewer) -> Viewer:
    """Who looks where figures, tiles and other standards tell of cases, from which no field can be taken: a
    program from which any is hidden sees there what everybody sees."""
    hides = viewer.client is not None and viewer.client.hides_any("cases")
    return Viewer() if hides else viewer


def viewer_for(client: ClientIdentity) -> Viewer:
    """What a client sees and does by the rules that hold for people: with `cases:read` the cases that concern
    its organisation, within its reach, never a sensitive one; with `works:publish` works of its organisation."""
    permissions = frozenset(
        permission for scope, permission in _PERMISSIONS.items() if client.may(scope)
    )
    if not permissions:
        return Viewer(client=client)
    grant = Grant(
        permissions=permissions,
        organisation=client.organisation,
        reach=client.reach,
        held_in=client.organisation,
        concerned=key(client.organisation_code),
    )
    sees = Permission.SEE_CASES in permissions
    return Viewer(
        client=client,
        permissions=permissions,
        organisations=frozenset({client.organisation} if sees else ()),
        grants=(grant,),
    )


@dataclass(frozen=True)
class ClientPrincipal:
    """Stands where Django has a user: signed in, and nobody's account."""

    client: ClientIdentity
    viewer: Viewer
    is_authenticated: bool = True
    is_anonymous: bool = False
    is_active: bool = True
    is_staff: bool = False
    is_superuser: bool = False

    @property
    def pk(self) -> str:
        """For whoever counts by it; no row of an account has such a key."""
        return f"client-{self.client.id}"

    def __str__(self) -> str:
        return self.client.name


@dataclass(frozen=True)
class Limits:
    """How often one may ask: a steady rate, how many at once, and (0: without end) how many a day."""

    per_minute: int
    burst: int
    per_day: int = 0


@dataclass(frozen=True)
class Networks:
    """Where a client may ask from; nothing named: from everywhere."""

    named: tuple[Any, ...] = field(default_factory=tuple)

    @staticmethod
    def of(texts: list[str]) -> "Networks":
        """Raises ValueError for what is no network in CIDR."""
        return Networks(tuple(ipaddress.ip_network(text.strip(), strict=False) for text in texts))

    def hold(self, sender: str) -> bool:
        if not self.named:
            return True
        try:
            address = ipaddress.ip_address(sender)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in n for n in self.named if n.version == mapped.version)


def hidden_of(texts: list[str]) -> frozenset[tuple[str, str]]:
    """`collection.field` as pairs; a text without a dot hides the field everywhere."""
    pairs = (text.rpartition(".") for text in texts)
    return frozenset((collection or _ANY, name) for collection, _dot, name in pairs)


# The first that fits; what is counted apart on the page of usage.
_GROUPS = (
    ("/api/v1/register/feed", "feed"),
    ("/api/v1/cases/feed", "feed"),
    ("/api/v1/webhooks", "webhooks"),
    ("/api/v1/cases", "cases"),
    ("/api/v1/register", "register"),
    ("/api/v1/doors", "register"),
    ("/api/v1/works", "works"),
    ("/geocode", "geocode"),
    ("/compat", "geocode"),
    ("/api/v1/geocode", "geocode"),
    ("/tiles", "tiles"),
    ("/ogc", "ogc"),
    ("/open311", "open311"),
    ("/oauth", "oauth"),
)
GROUPS = (*dict.fromkeys(group for _, group in _GROUPS), "other")


def group_of(path: str) -> str:
    return next((group for start, group in _GROUPS if path.startswith(start)), "other")
