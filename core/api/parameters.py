"""The names of what a request sends: of parameters and of files."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.api.problems import InvalidInput


def only(request: Request, known: Collection[str] = ()) -> None:
    """Raises InvalidInput for parameters that are not known here: a filter that is typed wrongly does
    not give everything. `format` was read before any view."""
    _refuse([name for name in request.query_params if name not in known and name != "format"])


def only_files(request: Request, known: Collection[str]) -> None:
    """Raises InvalidInput for files under other names: a photo that nobody takes would be lost."""
    _refuse([name for name in request.FILES if name not in known])


def only_fields(request: Request, known: Collection[str]) -> None:
    """Raises InvalidInput for other fields of a body: under a wrong name a result would be lost."""
    if isinstance(request.data, Mapping):
        _refuse([str(name) for name in request.data if name not in known])


def _refuse(strange: list[str]) -> None:
    if strange:
        words = _("There is no such parameter.")
        raise InvalidInput({name[:40]: [words] for name in strange[:10]})
