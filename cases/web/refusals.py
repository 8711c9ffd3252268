"""Why an act of a form was not done, told on the page that it came from."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.actions.move import ChangedMeanwhile
from cases.web.words import refusal
from core.api.problems import InvalidInput
from workflows.rules.transitions import MoveRefused


@contextmanager
def told(request: HttpRequest, *not_known: type[Exception], changed: str = "") -> Iterator[None]:
    """What keeps the block from being done becomes a message. `not_known` are exceptions that mean,
    as a ValueError does, that there is no such choice; `changed` is said instead of the usual words
    where somebody else was faster."""
    try:
        yield
    except ChangedMeanwhile:
        usual = _("Somebody else changed this request meanwhile. Look at it again, then repeat.")
        messages.error(request, changed or usual)
    except MoveRefused as refused:
        messages.error(request, refusal(refused))
    except (ValueError, *not_known):
        messages.error(request, _("This choice is not known. Nothing was changed."))
    except InvalidInput as error:
        messages.error(request, error.in_words)
