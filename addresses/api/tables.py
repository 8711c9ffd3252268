"""`POST …/csv`: small tables geocoded in one request, as addok does it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from addresses.actions.batches import named_columns
from addresses.api import geocode_asked as asked
from addresses.api import streams
from addresses.api.dialects.ban import BanView
from addresses.api.geocode_view import GeocodeView
from addresses.conf import CONF
from addresses.exchange.errors import ImportRefused
from addresses.exchange.sheets import CSV, Sheet, csv_lines, open_sheet
from addresses.queries.geocoded_rows import (
    COLUMNS,
    TYPES,
    Find,
    Fits,
    geocode_rows,
    reverse_rows,
    text_of,
)
from addresses.queries.place_words import PlaceWords
from addresses.rules.columns import guess
from core.api.problems import InvalidInput

# addok's filters: the form names the column that holds what is wanted.
_FILTERS: dict[str, Callable[[PlaceWords], str]] = {
    "postcode": lambda place: place.postcode,
    "type": lambda place: TYPES[place.kind],
}


class TableThrottle(AnonRateThrottle):
    scope = "geocode_table"
    rate = CONF.geocode_table_rate


class SentTable(serializers.Serializer[Any]):
    """`data` is the file. `columns` (repeated) name what makes the address, in its order; without
    them they are recognised by their names. `result_columns` (repeated) keep only some of the
    columns that are added. `postcode` and `type` name columns: only places that agree with them
    are answered.
    """

    data = serializers.FileField()
    columns = serializers.ListField(child=serializers.CharField(), required=False)
    encoding = serializers.CharField(required=False)
    delimiter = serializers.CharField(required=False, trim_whitespace=False)
    result_columns = serializers.ListField(child=serializers.CharField(), required=False)
    postcode = serializers.CharField(required=False)
    type = serializers.CharField(required=False)
    with_bom = serializers.CharField(required=False)


_TABLE = extend_schema(
    request={"multipart/form-data": SentTable}, responses={(200, "text/csv"): OpenApiTypes.STR}
)


class _Table(GeocodeView):
    parser_classes = (MultiPartParser, FormParser)
    throttle_classes = (TableThrottle,)

    def answer(
        self, request: Request, finds: Callable[[Sheet, list[list[str]]], list[Find]]
    ) -> Any:
        """The table with the columns added, in UTF-8, under the delimiter that it came with."""
        place = streams.enter("geocode-table")
        if place is None:
            raise Throttled(10, _("Too many tables are being geocoded: send it again later."))
        try:
            return self._answer(request, finds)
        finally:
            streams.leave(place)

    def _answer(
        self, request: Request, finds: Callable[[Sheet, list[list[str]]], list[Find]]
    ) -> Any:
        sheet = _sheet(request)
        kept = _kept(request)
        try:
            rows = list(sheet.rows)
            if len(rows) > CONF.table_rows_max:
                words = _("The table is too long for one request: at most %s rows.")
                raise ImportRefused("data", words % CONF.table_rows_max)
            found = finds(sheet, rows)
        except ImportRefused as error:
            raise InvalidInput({_field(error): [error.reason]}) from None
        lines = csv_lines(
            [*sheet.header, *(COLUMNS[at] for at in kept)],
            ([*row, *(one.cells[at] for at in kept)] for row, one in zip(rows, found, strict=True)),
            sheet.delimiter,
        )
        bom = "\ufeff" if request.data.get("with_bom", "") not in ("", "0", "false") else ""
        return HttpResponse(
            bom + "".join(lines),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="geocoded.csv"'},
        )


class _Search(_Table):
    @_TABLE
    def post(self, request: Request) -> Any:
        """A table of addresses with what was found for each row."""

        def finds(sheet: Sheet, rows: list[list[str]]) -> list[Find]:
            names = request.data.getlist("columns")
            columns = named_columns(sheet.header, names) if names else guess(sheet.header)
            texts = [text_of(sheet.header, columns, row) for row in rows]
            if sum(map(len, texts)) > CONF.table_text_max:
                words = _("Its addresses have more than %s characters: send it as a batch.")
                raise ImportRefused("data", words % CONF.table_text_max)
            filters = _filters(request, sheet.header)
            if not filters:
                return geocode_rows(texts)
            return geocode_rows(texts, [_fits(row, filters) for row in rows])

        return self.answer(request, finds)


class _Reverse(_Table):
    @_TABLE
    def post(self, request: Request) -> Any:
        """A table of points, `lat` or `latitude` and `lon` or `longitude`, with what is there."""

        def finds(sheet: Sheet, rows: list[list[str]]) -> list[Find]:
            lon = _column(sheet.header, "lon", "longitude", "lng", "x")
            lat = _column(sheet.header, "lat", "latitude", "y")
            return reverse_rows([_point(row[lon], row[lat]) for row in rows])

        return self.answer(request, finds)


class SearchCsv(_Search):
    """Under the geocoder's own address."""


class ReverseCsv(_Reverse):
    """Under the geocoder's own address."""


class BanSearchCsv(_Search, BanView):
    """In addok's dialect: only refusals look otherwise."""


class BanReverseCsv(_Reverse, BanView):
    """In addok's dialect: only refusals look otherwise."""


def _sheet(request: Request) -> Sheet:
    file = request.FILES.get("data")
    if file is None:
        raise InvalidInput({"data": [_("A file is needed.")]})
    if (file.size or 0) > CONF.table_bytes_max:
        words = _("The file is too large: at most %s MB.") % (CONF.table_bytes_max // 1024**2)
        raise InvalidInput({"data": [words]})
    try:
        sheet = open_sheet(
            file.read(),
            encoding=request.data.get("encoding", "")[:40],
            delimiter=request.data.get("delimiter", "")[:10],
        )
    except ImportRefused as error:
        raise InvalidInput({_field(error): [error.reason]}) from None
    if sheet.form != CSV:
        raise InvalidInput({"data": [_("Only CSV is taken here; a spreadsheet is a batch.")]})
    return sheet


def _field(error: ImportRefused) -> str:
    return "data" if error.field == "file" else error.field


def _kept(request: Request) -> list[int]:
    """The positions of the added columns that are wanted; all of them by default."""
    wanted = request.data.getlist("result_columns")
    for name in wanted:
        asked.one_of({"result_columns": name}, "result_columns", COLUMNS)
    return [at for at, name in enumerate(COLUMNS) if not wanted or name in wanted]


def _filters(request: Request, header: Sequence[str]) -> dict[str, int]:
    """What a place is held against, and the position of the column that gives it for each row."""
    found = {}
    for name in _FILTERS:
        if column := request.data.get(name, ""):
            if column not in header:
                raise ImportRefused(name, _("There is no column %s.") % column[:60])
            found[name] = list(header).index(column)
    return found


def _fits(row: Sequence[str], filters: Mapping[str, int]) -> Fits:
    """Whether a place is what a row asks for. An empty cell asks for nothing."""
    wanted = {name: row[at].strip() for name, at in filters.items() if row[at].strip()}
    return lambda place: all(_FILTERS[name](place) == value for name, value in wanted.items())


def _column(header: Sequence[str], *names: str) -> int:
    known = [name.lower() for name in header]
    for name in names:
        if name in known:
            return known.index(name)
    raise ImportRefused("data", _("There is no column %s.") % names[0])


def _point(lon: str, lat: str) -> tuple[float, float] | None:
    """The point of a row; None where it gives none."""
    query = {"lon": lon.strip().replace(",", "."), "lat": lat.strip().replace(",", ".")}
    try:
        return asked.point(query)
    except InvalidInput:
        return None
