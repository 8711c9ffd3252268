"""What a caller asks the tile service for, and how it is refused: problem details (RFC 9457)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.api.admission import NotAdmitted, admit, bearer
from accounts.queries.viewers import viewer_of
from accounts.rules.clients import as_told
from accounts.rules.viewer import ANONYMOUS, Viewer
from core.api.problems import plain_problem
from tiles.conf import CONF
from tiles.layers import Layer, TileRequest, UnknownLayer, everybody, layer_named
from tiles.queries.bounded import Overloaded
from tiles.rules.grid import TileAddress

log = logging.getLogger(__name__)


def answering(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view for GET and HEAD whose exceptions become problem details."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> Any:
        if request.method not in ("GET", "HEAD"):
            refused = plain_problem(405, _("This address is only read."))
            refused["Allow"] = "GET, HEAD"
            return refused
        try:
            return view(request, *args, **options)
        except NotAdmitted as error:
            refused = plain_problem(error.status, error.detail)
            for name, value in error.headers.items():
                refused[name] = value
            refused["Cache-Control"] = "no-store"
            return refused
        except UnknownLayer as error:
            return plain_problem(404, _("There is no layer %(name)r.") % {"name": str(error)[:40]})
        except ValueError as error:
            return plain_problem(400, str(error))
        except Overloaded:
            refused = plain_problem(503, _("Too much is asked of the database at this moment."))
        except (OperationalError, InterfaceError) as error:
            log.warning("a tile could not be read: %s", error)
            refused = plain_problem(503, _("The database does not answer at this moment."))
        refused["Retry-After"] = str(CONF.retry_seconds)
        refused["Cache-Control"] = "no-store"
        return refused

    return answer


def layers_of(names: str) -> list[Layer]:
    """The layers of a list of names with commas, each once. Raises UnknownLayer, ValueError."""
    found = list(dict.fromkeys(names.split(",", CONF.layers_most)))
    if len(found) > CONF.layers_most:
        raise ValueError(
            _("At most %(most)s layers are asked for at once.") % {"most": CONF.layers_most}
        )
    return [layer_named(name) for name in found]


def filters_of(request: HttpRequest, layers: Sequence[Layer], *apart: str) -> Mapping[str, Any]:
    """The validated filters of a request; parameters called `apart` are none. Raises ValueError with a
    reason that lists no other fields."""
    asked = request.META.get("QUERY_STRING", "")
    if not asked:
        return {}
    if len(asked) > CONF.query_bytes:
        raise ValueError(
            _("The filters may have %(most)s characters at most.") % {"most": CONF.query_bytes}
        )
    values: dict[str, Any] = {}
    for name, text in request.GET.items():
        if name in apart:
            continue
        checks = [layer.parameters[name] for layer in layers if name in layer.parameters]
        if not checks:
            raise ValueError(
                _("The parameter %(name)r is not known to this layer.") % {"name": name[:40]}
            )
        if text:
            values[name] = _value(name, text, checks)
    if "from" in values and "to" in values and values["from"] > values["to"]:
        raise ValueError(_("The period ends before it begins: 'from' is later than 'to'."))
    return values


def _value(name: str, text: str, checks: Sequence[Callable[[str], Any]]) -> Any:
    """What a text means to every layer that knows the parameter. Raises ValueError, also where it means
    something else to each."""
    try:
        meant, *others = [check(text) for check in checks]
    except ValueError:
        raise ValueError(_("The value of %(name)r cannot be used.") % {"name": name}) from None
    if any(other != meant for other in others):
        raise ValueError(
            _("The value of %(name)r does not mean the same to these layers.") % {"name": name}
        )
    return meant


def address_of(z: str, x: str, y: str) -> TileAddress:
    """Raises ValueError."""
    for text in (z, x, y):
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ValueError(_("A tile is addressed by three whole numbers: z, x, y."))
    return TileAddress(int(z), int(x), int(y))


def same_for_all(layers: Sequence[Layer]) -> bool:
    """Whether nobody's session is of interest, and the answer varies by none."""
    return all(layer.audience is everybody for layer in layers)


def tile_request(
    request: HttpRequest, layers: Sequence[Layer], address: TileAddress, *apart: str
) -> TileRequest:
    """Raises ValueError, and NotAdmitted for a key that is none."""
    filters = filters_of(request, layers, *apart)
    viewer = ANONYMOUS if same_for_all(layers) else _viewer(request)
    return TileRequest(address, viewer, filters)


def _viewer(request: HttpRequest) -> Viewer:
    """A session, or a key of a program. Raises NotAdmitted."""
    if bearer(request) is None:
        return viewer_of(request.user)
    return as_told(admit(request).viewer)
