"""From the query string of a request to a question about features."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.api.admission import Admission
from tiles.api.refused import BadParameter
from tiles.conf import CONF
from tiles.features import Asking, Collection, Shape, cql2
from tiles.features.cql2 import BadFilter
from tiles.features.paging import keys_of, opened
from tiles.features.question import Question, period_of
from tiles.rules.crs import LON_LAT, Crs, crs_of
from tiles.rules.filters import day

#: Parameters of every collection's items.
ITEMS = (
    "f", "limit", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "sortby",
    "properties", "skipGeometry", "token", "as_of",
)  # fmt: skip
ITEM = ("f", "crs", "properties", "skipGeometry", "as_of")


def question_of(
    request: HttpRequest,
    collection: Collection,
    shape: Shape,
    who: Admission,
    *,
    body: str | None = None,
    names: tuple[str, ...] = ITEMS,
) -> Question:
    """What is asked of a collection's items; `body` is a filter in CQL2 JSON that was sent. Raises
    BadParameter."""
    given = _given(request)
    own = {n: given.pop(n) for n in list(given) if n in collection.parameters}
    equal = []
    for name in [n for n in given if n not in names]:
        prop = shape.by_name.get(name)
        if names is not ITEMS or prop is None or not prop.queryable:
            raise BadParameter(name[:40], _("This parameter is not known here."))
        equal.append((name, given[name]))
    period, as_of = _time(collection, given)
    crs = _crs(given, "crs")
    question = Question(
        collection=collection,
        shape=shape,
        asking=Asking(
            who.viewer,
            _own(collection, own),
            as_of,
            who.client.reach if who.client is not None else None,
        ),
        filter=_filter(given, body),
        sent=hashlib.sha256(body.encode()).hexdigest()[:16] if body is not None else "",
        filter_crs=_crs(given, "filter-crs"),
        equal=equal,
        box=_box(given),
        period=period,
        sortby=given.get("sortby", ""),
        crs=crs,
        properties=_chosen(given, shape),
        skip_geometry=_skips(given),
        limit=_limit(given),
    )
    if "token" in given:
        n = len(_checked("sortby", lambda: keys_of(shape, question.sortby)))
        last = _checked("token", lambda: opened(given["token"], token_for(question), n))
        question = Question(**{**question.__dict__, "after": tuple(last)})
    return question


def token_for(question: Question) -> str:
    """What a token holds for: the collection and the order; of a filter that was sent that one, too: whoever
    follows such a link without it shall not get what it leaves out."""
    return (
        f"{question.collection.name} {question.sortby}{' ' if question.sent else ''}{question.sent}"
    )


def _given(request: HttpRequest) -> dict[str, str]:
    found = {}
    for name, values in request.GET.lists():
        if len(values) > 1:
            raise BadParameter(name[:40], _("This parameter stands here twice."))
        if "\x00" in name or "\x00" in values[0]:
            raise BadParameter(name.replace("\x00", "")[:40], _("It has characters that cannot be used."))  # fmt: skip
        found[name] = values[0]
    return found


def _checked(name: str, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except BadFilter as error:
        raise BadParameter(name, str(error)) from None


def _own(collection: Collection, given: dict[str, str]) -> dict[str, Any]:
    found = {}
    for name, text in given.items():
        try:
            found[name] = collection.parameters[name](text)
        except ValueError:
            raise BadParameter(name, _("This value cannot be used.")) from None
    return found


def _skips(given: dict[str, str]) -> bool:
    text = given.get("skipGeometry", "false")
    if text not in ("true", "false"):
        raise BadParameter("skipGeometry", _("true or false is needed."))
    return text == "true"


def _limit(given: dict[str, str]) -> int:
    text = given.get("limit", str(CONF.page))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise BadParameter("limit", _("A whole number from 1 on is needed."))
    return min(int(text), CONF.page_most)


def _crs(given: dict[str, str], name: str) -> Crs:
    if name not in given:
        return LON_LAT
    try:
        return crs_of(given[name])
    except ValueError:
        raise BadParameter(name, _("This coordinate system is not supported.")) from None


def _box(given: dict[str, str]) -> tuple[list[float], Crs] | None:
    crs = _crs(given, "bbox-crs")
    if "bbox" not in given:
        return None
    parts = given["bbox"].split(",")
    try:
        values = [float(p) for p in parts]
    except ValueError:
        values = []
    if len(values) not in (4, 6):
        raise BadParameter("bbox", _("Four or six numbers are needed, with commas between."))
    if len(values) == 6:
        values = [values[0], values[1], values[3], values[4]]
    return values, crs


def _time(collection: Collection, given: dict[str, str]) -> tuple[Any, date | None]:
    """The period that is asked for, and the day as of which a collection with a past is read."""
    period = _checked("datetime", lambda: period_of(given["datetime"])) if "datetime" in given else None  # fmt: skip
    if "as_of" in given:
        if not collection.historical:
            raise BadParameter("as_of", _("This parameter is not known here."))
        if period is not None:
            raise BadParameter("as_of", _("Either a day or `datetime`, not both."))
        try:
            return None, day(given["as_of"])
        except ValueError:
            raise BadParameter("as_of", _("A day such as 2026-03-31 is needed.")) from None
    if not collection.historical or period is None:
        return period, None
    last = period[1]
    if last is None:  # open: as it is now
        return None, None
    on = _day_of(last)
    if on >= timezone.localdate():
        return None, None
    return None, on


def _day_of(when: Any) -> date:
    if isinstance(when, datetime):
        try:
            return when.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        except OverflowError:
            return when.date()
    assert isinstance(when, date)
    return when


def _filter(given: dict[str, str], body: str | None) -> Any:
    language = given.get("filter-lang", cql2.JSON if body is not None else cql2.TEXT)
    if language not in (cql2.TEXT, cql2.JSON):
        raise BadParameter("filter-lang", _("cql2-text or cql2-json is needed."))
    if body is not None and "filter" in given:
        raise BadParameter("filter", _("A filter is sent or stands in the address, not both."))
    text = body if body is not None else given.get("filter")
    if text is None or text == "":
        return None
    return _checked("filter", lambda: cql2.parsed(text, language))


def _chosen(given: dict[str, str], shape: Shape) -> tuple[str, ...] | None:
    if "properties" not in given:
        return None
    names = [n for n in given["properties"].split(",") if n]
    for name in names:
        if name not in shape.by_name:
            raise BadParameter(
                "properties", _("There is no property %(name)r.") % {"name": name[:40]}
            )
    return tuple(names)
