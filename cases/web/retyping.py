"""The form on a case's page that says what it is."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.queries.viewers import viewer_of
from cases.actions.retyping import correct_urgency as say_urgency
from cases.actions.retyping import retype
from cases.queries.visibility import visible_cases
from cases.web.refusals import told
from cases.web.words import urgency_name
from core.api.problems import InvalidInput
from core.web.sent import row_id


@login_required
@require_POST
def correct_type(request: HttpRequest, number: str) -> HttpResponseRedirect:
    """Another type; the rules are asked again."""
    with told(request, InvalidInput):
        case = retype(
            number=number,
            request_type=request.POST.get("request_type", ""),
            viewer=viewer_of(request.user),
            version=int(request.POST.get("version", "0") or 0),
            now=timezone.now(),
        )
        words = _("The type is now “%(type)s”.") % {"type": case.request_type.name}
        messages.success(request, words)
        # What became sensitive, or another's, is not there any more for whoever said so.
        if not visible_cases(viewer_of(request.user)).filter(pk=case.pk).exists():
            return redirect("console")
    return redirect("console_case", number=number)


@login_required
@require_POST
def correct_urgency(request: HttpRequest, number: str) -> HttpResponseRedirect:
    """How urgent a person finds it."""
    with told(request, InvalidInput):
        case = say_urgency(
            number=number,
            urgency=request.POST.get("urgency", ""),
            viewer=viewer_of(request.user),
            version=row_id(request.POST.get("version")),
            now=timezone.now(),
        )
        messages.success(request, _("The urgency is now: %s") % urgency_name(case.urgency))
    return redirect("console_case", number=number)
