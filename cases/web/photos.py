"""Photos pass through these views, never as plain files."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from cases.models import Photo
from cases.queries.visibility import visible_cases


@require_safe
@cache_control(private=True, max_age=3600)
def for_reporter(request: HttpRequest, token: str, photo: int) -> FileResponse:
    """Their own; what crews photograph stays with the staff."""
    own = Photo.objects.filter(case__token=token, moment=Photo.Moment.REPORTED)
    return _answer(own.filter(pk=photo).first())


@require_safe
@cache_control(private=True, max_age=3600)
def for_staff(request: HttpRequest, number: str, photo: int) -> FileResponse:
    cases = visible_cases(viewer_of(request.user)).filter(number=number)
    return _answer(Photo.objects.filter(case__in=cases, pk=photo).first())


def _answer(photo: Photo | None) -> FileResponse:
    if photo is None:
        raise Http404
    return FileResponse(photo.file.open("rb"), content_type="image/jpeg")
