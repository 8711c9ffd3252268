"""How the spatial API refuses: problem details (RFC 9457) that name the parameter and the reason."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from accounts.api.admission import NotAdmitted, refusal
from core.api.problems import InvalidInput, plain_problem
from tiles.conf import CONF
from tiles.features import UnknownCollection
from tiles.queries.bounded import Overloaded

log = logging.getLogger(__name__)


class BadParameter(ValueError):
    """A parameter cannot be used."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason = name, reason


def refused(status: int, detail: str, **extra: Any) -> JsonResponse:
    answer = plain_problem(status, detail, **extra)
    answer["Cache-Control"] = "no-store"
    return answer


def answering_features(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A view whose exceptions become problem details."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **options)
        except UnknownCollection:
            return refused(404, _("There is no such collection."))
        except NotAdmitted as error:
            return refusal(error)
        except PermissionDenied:
            return refused(403, _("You may not do this."))
        except InvalidInput as error:
            return refused(400, _("Some fields cannot be accepted."), errors=error.errors)
        except BadParameter as error:
            return refused(400, _("Some parameters cannot be used."), errors={error.name: [error.reason]})  # fmt: skip
        except Overloaded:
            busy = refused(503, _("Too much is asked of the database at this moment."))
        except (OperationalError, InterfaceError) as error:
            log.warning("features could not be read: %s", type(error).__name__)
            busy = refused(503, _("The database does not answer at this moment."))
        busy["Retry-After"] = str(CONF.retry_seconds)
        return busy

    return answer
