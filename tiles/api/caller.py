"""Who asks the shared spatial API, and what of a collection they see: the one place that knows."""

from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.api.admission import Admission, NotAdmitted, admit
from tiles.features import Collection, Shape, shown

# What a shape's time tells; where it is hidden the time is, too.
_TIMES = frozenset({"valid_from", "opened_at", "month", "first_seen", "resolved_at"})


def caller(request: HttpRequest) -> Admission:
    """Whoever stands behind a request. Raises NotAdmitted."""
    return admit(request)


def seen(collection: str, who: Admission) -> tuple[Collection, Shape]:
    """A collection and what this caller sees of it: for a program less the fields that are hidden from it.
    Raises UnknownCollection, NotAdmitted for a program without the scope."""
    one, shape = shown(collection, who.viewer)
    if who.client is None:
        return one, shape
    if one.scope and not who.may(one.scope):
        raise NotAdmitted(
            403,
            _("This key has no right to this."),
            {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{one.scope}"'},
        )
    hidden = {p.name for p in shape.properties if who.client.hides(collection, p.name)}
    if who.client.hides(collection, "geometry"):
        shape = replace(shape, geometry=None)
    if hidden:
        shape = replace(
            shape,
            properties=tuple(p for p in shape.properties if p.name not in hidden),
            time=None if hidden & _TIMES else shape.time,
        )
    return one, shape
