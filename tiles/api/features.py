"""OGC API – Features: items of a collection, single ones, and what can be asked of them."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from core.rules.spreadsheet import safe_cell
from tiles.api import media
from tiles.api.caller import caller, seen
from tiles.api.features_asked import ITEM, ITEMS, question_of, token_for
from tiles.api.features_pages import item_page, items_page
from tiles.api.features_write import methods, proposed
from tiles.api.links import Links
from tiles.api.refused import BadParameter, answering_features, refused
from tiles.conf import CONF
from tiles.features import files, telling
from tiles.features.cql2 import BadFilter
from tiles.features.question import Question, Statement, single, statement_of
from tiles.features.reading import Page, as_json, ids_of, rows_of
from tiles.rules.crs import LON_LAT

_FG = ["http://www.opengis.net/spec/json-fg-1/0.3/conf/core"]
# Of filters that are sent; some clients say no more than that it is JSON.
_QUERY = ("application/query-cql-json", "application/ogc-cql2+json", "application/json")


@csrf_exempt
@answering_features
def items(request: HttpRequest, collection: str) -> HttpResponseBase:
    """A page of features."""
    body = None
    if request.method == "POST" and request.content_type in _QUERY:
        body = _sent(request)  # a filter that is too long for an address
    elif request.method == "POST":
        return proposed(request, collection, None)
    elif request.method == "OPTIONS":
        return methods(request, collection, one=False)
    elif request.method not in ("GET", "HEAD"):
        return _only_read()
    who = caller(request)
    one, shape = seen(collection, who)
    form = media.wanted(request, media.ITEMS)
    question = question_of(request, one, shape, who, body=body)
    try:
        statement = statement_of(question)
        answer = _ANSWERS[form](request, question, statement)
    except BadFilter as error:
        raise BadParameter(error.parameter or _blamed(request, body), str(error)) from None
    answer["Content-Crs"] = f"<{question.crs.uri}>"
    return _private(answer)


@csrf_exempt
@answering_features
def item(request: HttpRequest, collection: str, feature: str) -> HttpResponseBase:
    """One feature."""
    if request.method in ("PUT", "DELETE"):
        return proposed(request, collection, feature)
    if request.method == "OPTIONS":
        return methods(request, collection, one=True)
    if request.method not in ("GET", "HEAD"):
        return _only_read()
    who = caller(request)
    one, shape = seen(collection, who)
    form = media.wanted(request, media.ITEM)
    question = question_of(request, one, shape, who, names=ITEM)
    told = telling.feature_jsonfg if form == "jsonfg" else telling.feature_json
    rows = []
    try:
        statement = single(question, feature) if "\x00" not in feature else None
        if statement is not None:
            rows = rows_of(statement.page(told(question), 1, None), statement.values.all)
    except BadFilter as error:
        raise BadParameter(_blamed(request, None), str(error)) from None
    if not rows or statement is None:
        if one.missed is not None:
            one.missed(who.viewer, feature)
        return refused(404, _("There is no such feature."))
    text = as_json(statement, rows)
    if form == "html":
        return _private(item_page(request, one, json.loads(text), shape))
    links = Links(request)
    listed = [
        links.to("self", "ogc_item", collection, feature, type=media.ITEM[form], query=request.GET.urlencode()),
        links.to("alternate", "ogc_item", collection, feature, type=media.HTML, query="f=html"),
        links.to("collection", "ogc_collection", collection),
    ]  # fmt: skip
    extra: dict[str, Any] = {"links": listed}
    if form == "jsonfg":
        extra |= _fg(question)
    answer = HttpResponse(_with(text, extra), content_type=media.ITEM[form])
    if one.writes is not None and (version := _version_in(text, one.writes.version)):
        answer["ETag"] = f'"{version}"'
    answer["Content-Crs"] = f"<{question.crs.uri}>"
    return _private(answer)


def _version_in(text: str, name: str) -> str | None:
    """The version that a feature tells of itself, where its property is told."""
    found = re.search(rf'"{name}":(\d+)', text)
    return found[1] if found else None


def _only_read() -> HttpResponseBase:
    answer = refused(405, _("This address is only read."))
    answer["Allow"] = "GET, HEAD"
    return answer


def _sent(request: HttpRequest) -> str:
    size = request.META.get("CONTENT_LENGTH") or "0"
    if int(size) > CONF.filter_bytes:
        raise BadParameter(
            "filter", _("A filter has %(most)s bytes at most.") % {"most": CONF.filter_bytes}
        )
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        raise BadParameter("filter", _("The filter is no JSON.")) from None


def _blamed(request: HttpRequest, body: str | None) -> str:
    """Which parameter a fault most likely lies in."""
    if body is not None or "filter" in request.GET:
        return "filter"
    known = [n for n in ("bbox", "sortby", "datetime") if n in request.GET]
    others = [n for n in request.GET if n not in ITEMS]
    return (others or known or ["filter"])[0][:40]


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ("Accept", "Accept-Language", "Cookie"))
    return answer


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────


def _json(request: HttpRequest, question: Question, statement: Statement) -> HttpResponseBase:
    page = Page(statement, telling.feature_json(question))
    return _written(request, page, "json", {"type": "FeatureCollection"})


def _jsonfg(request: HttpRequest, question: Question, statement: Statement) -> HttpResponseBase:
    page = Page(statement, telling.feature_jsonfg(question))
    return _written(request, page, "jsonfg", {"type": "FeatureCollection", **_fg(question)})


def _fg(question: Question) -> dict[str, Any]:
    about: dict[str, Any] = {"conformsTo": _FG, "featureType": question.collection.name}
    if question.crs is not LON_LAT:
        about["coordRefSys"] = question.crs.uri
    return about


def _with(feature: str, extra: dict[str, Any]) -> str:
    """A feature with more members."""
    return f"{feature[:-1]},{json.dumps(extra, ensure_ascii=False)[1:]}"


def _written(
    request: HttpRequest, page: Page, form: str, about: dict[str, Any]
) -> HttpResponseBase:
    """Whole where one statement has read it, else in parts as they are read."""
    matched = page.matched()
    head = f'{json.dumps(about)[:-1]},"features":[\n'

    def parts() -> Iterator[str]:
        yield head
        begun = False
        for rows in page.parts():
            text = as_json(page.statement, rows)
            yield f",\n{text}" if begun and text else text
            begun = begun or bool(text)
        yield _tail(request, page, form, matched)

    large = page.more and page.returned < page.statement.question.limit
    return _answer(parts(), media.ITEMS[form], streamed=large)


def _answer(parts: Iterable[str], content_type: str, *, streamed: bool) -> HttpResponseBase:
    if streamed:
        return StreamingHttpResponse((p.encode() for p in parts), content_type=content_type)
    return HttpResponse("".join(parts), content_type=content_type)


def _tail(request: HttpRequest, page: Page, form: str, matched: int | None) -> str:
    about: dict[str, Any] = {"numberReturned": page.returned}
    if matched is not None:
        about["numberMatched"] = matched
    about["timeStamp"] = timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    about["links"] = _links(request, page, form)
    return f"\n],{json.dumps(about, ensure_ascii=False)[1:]}"


def _links(request: HttpRequest, page: Page, form: str) -> list[dict[str, Any]]:
    links, name = Links(request), page.statement.question.collection.name
    asked = {k: v for k, v in request.GET.items() if k not in ("f", "token")}
    # A filter that was sent is sent again: it may be too long for an address.
    sent = {"method": "POST"} if request.method == "POST" else {}

    def to(rel: str, name_: str, **changes: str) -> dict[str, Any]:
        query = urlencode(asked | {"f": name_} | changes)
        return links.to(rel, "ogc_items", name, type=media.ITEMS[name_], query=query, **sent)

    own = {"token": request.GET["token"]} if "token" in request.GET else {}
    found = [to("self", form, **own)]
    found += [to("alternate", other, **own) for other in media.ITEMS if other != form]
    found.append(links.to("collection", "ogc_collection", name))
    token = page.token(token_for(page.statement.question))
    if token is not None:
        found.append(to("next", form, token=token))
    return found


# ── Tables and files ─────────────────────────────────────────────────────────────────────────────


def _csv(request: HttpRequest, question: Question, statement: Statement) -> HttpResponseBase:
    columns = telling.columns(question)
    page = Page(statement, [f"({question.shape.id})::text", *(sql for _name, sql in columns)])

    def parts() -> Iterator[str]:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["id", *(name for name, _sql in columns)])
        for rows in page.parts():
            ids = ids_of(statement, rows)
            for one, row in zip(ids, rows, strict=True):
                writer.writerow(_cells((one, *row[len(statement.keys) + 1 :])))
            yield out.getvalue()
            out.seek(0)
            out.truncate()

    large = page.more and page.returned < question.limit
    answer = _answer(parts(), f"{media.CSV}; charset=utf-8; header=present", streamed=large)
    if not large:
        _link_header(request, page, "csv", answer)
    answer["Content-Disposition"] = f'attachment; filename="{question.collection.name}.csv"'
    return answer


def _cells(cells: Iterable[Any]) -> list[Any]:
    return [
        safe_cell(c) if isinstance(c, str) else c.isoformat() if hasattr(c, "isoformat") else c
        for c in cells
    ]


def _file(request: HttpRequest, question: Question, statement: Statement) -> HttpResponseBase:
    form = media.wanted(request, media.ITEMS)
    if form == "fgb" and (question.shape.geometry is None or question.skip_geometry):
        raise BadParameter("f", _("FlatGeobuf needs a geometry."))
    page = Page(statement, files.columns(question))
    data = files.written(form, page)
    answer = HttpResponse(data, content_type=media.ITEMS[form])
    _link_header(request, page, form, answer)
    answer["Content-Disposition"] = f'attachment; filename="{question.collection.name}.{form}"'
    return answer


def _link_header(request: HttpRequest, page: Page, form: str, answer: HttpResponseBase) -> None:
    """Where a file has no place for links, they stand in the head of the answer."""
    answer["Link"] = ", ".join(
        f'<{link["href"]}>; rel="{link["rel"]}"; type="{link["type"]}"'
        + (f'; method="{link["method"]}"' if "method" in link else "")
        for link in _links(request, page, form)
        if link["rel"] in ("self", "next")
    )
    answer["OGC-NumberReturned"] = str(page.returned)
    matched = page.matched()
    if matched is not None:
        answer["OGC-NumberMatched"] = str(matched)


def _html(request: HttpRequest, question: Question, statement: Statement) -> HttpResponseBase:
    page = Page(statement, telling.feature_json(question))
    features = [json.loads(f"[{as_json(statement, rows)}]") for rows in page.parts()]
    # What is sent again cannot be followed on a page.
    links = [link for link in _links(request, page, "html") if "method" not in link]
    return items_page(
        request, question, [one for part in features for one in part], page.matched(), links
    )


_ANSWERS = {
    "json": _json,
    "jsonfg": _jsonfg,
    "csv": _csv,
    "fgb": _file,
    "gpkg": _file,
    "parquet": _file,
    "html": _html,
}
