"""Administrators take a table of types: what it would change first, then a second click stores it."""

import base64
import binascii
import zlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.actions.type_import import OtherContent, Plan, apply_import, plan_import
from cases.exchange.type_sheets import BYTES_MAX, as_csv, as_xlsx
from cases.models import RequestType
from cases.queries.type_list import content_of
from cases.web.routing import for_administrators
from cases.web.type_words import field_name, value_words
from core.api.problems import InvalidInput

_SHOWN = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@for_administrators
@require_safe
def type_table(request: HttpRequest, viewer: Any, form: str) -> HttpResponse:
    """All types with their questions, to be changed and taken back."""
    rows = RequestType.objects.select_related("group", "successor").order_by("code")
    contents = [content_of(row) for row in rows]
    data, kind = (
        (as_xlsx(contents), _XLSX)
        if form == "xlsx"
        else (as_csv(contents), "text/csv; charset=utf-8")
    )
    headers = {"Content-Disposition": f'attachment; filename="request-types.{form}"'}
    return HttpResponse(data, content_type=kind, headers=headers)


@for_administrators
def type_import(request: HttpRequest, viewer: Any) -> HttpResponse:
    """The file is sent once; the second step brings it back with the sign of what was shown."""
    context: dict[str, Any] = {"section": "console", "errors": []}
    status = 200
    if request.method == "POST":
        try:
            data = _sent(request)
            if request.POST.get("sign"):
                done = apply_import(
                    data, sign=request.POST["sign"], viewer=viewer, now=timezone.now()
                )
                messages.success(request, _("%s types were changed.") % len(done.changes))
                return redirect("types")
            plan = plan_import(data)
            context |= _shown(plan, data)
            status = 422 if plan.faults else 200
        except OtherContent:
            context["errors"] = [
                _("The types or the file have changed meanwhile. Look at the changes again.")
            ]
            status = 409
        except InvalidInput as error:
            context["errors"] = error.reasons
            status = 422
    return render(request, "console/types/import.html", context, status=status)


def _sent(request: HttpRequest) -> bytes:
    if file := request.FILES.get("file"):
        if (file.size or 0) > BYTES_MAX:
            raise InvalidInput(
                {"file": [_("The file has more than %s MB.") % (BYTES_MAX // 1_000_000)]}
            )
        return file.read()
    try:
        packed = base64.b64decode(request.POST.get("content", ""), validate=True)
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, BYTES_MAX + 1)
    except (binascii.Error, ValueError, zlib.error):
        data = b""
    if not data:
        raise InvalidInput({"file": [_("Choose a file.")]})
    return data


def _shown(plan: Plan, data: bytes) -> dict[str, Any]:
    changes = [
        (c, [(field_name(name), value_words(old), value_words(new))
             for name, (old, new) in c.changed.items()])
        for c in plan.changes[:_SHOWN]
    ]  # fmt: skip
    return {
        "plan": plan,
        "changes": changes,
        "more": len(plan.changes) - len(changes),
        "faults": [(n, field_name(column), why) for n, column, why in plan.faults[:_SHOWN]],
        "content": base64.b64encode(zlib.compress(data)).decode(),
    }
