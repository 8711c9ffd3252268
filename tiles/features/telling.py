"""How a feature is told: the SQL of its text in GeoJSON and JSON-FG, of its columns for tables.

The database writes the text of each feature: nothing of it is read, kept or written again here.
"""

from collections.abc import Sequence
from dataclasses import replace

from tiles.features.collection import Property, Shape
from tiles.features.question import Question
from tiles.rules.crs import Crs


def geometry_sql(shape: Shape, crs: Crs) -> str:
    """The geometry in a system and its order of axes; needs one."""
    assert shape.geometry is not None
    told = shape.geometry
    if crs.srid == 4326:
        sql = told.sql
    elif crs.srid == 3857 and told.mercator:
        sql = told.mercator
    else:
        sql = f"ST_Transform({told.sql}, {crs.srid})"
    return f"ST_FlipCoordinates({sql})" if crs.flipped else sql


def easting_first(shape: Shape, crs: Crs) -> str:
    """The geometry in a system with easting first, as files have it, whatever the system says."""
    return geometry_sql(shape, replace(crs, flipped=False))


def _shape_json(question: Question, crs: Crs) -> str:
    if question.shape.geometry is None or question.skip_geometry:
        return "'null'"
    return f"coalesce(ST_AsGeoJSON({geometry_sql(question.shape, crs)}, {crs.digits}, 0), 'null')"


def _properties(properties: Sequence[Property]) -> str:
    if not properties:
        return "'{}'"
    columns = ", ".join(f'{p.told} AS "{p.name}"' for p in properties)
    return f"row_to_json((SELECT one FROM (SELECT {columns}) one))::text"


def feature_json(question: Question) -> list[str]:
    """A feature in GeoJSON: one column with its text; of a shape that masks its ids two, the id and the
    text that follows it."""
    geometry = _shape_json(question, question.crs)
    rest = f"',\"geometry\":' || {geometry} || ',\"properties\":' || {_properties(question.told)}"
    return _with_id(question.shape, rest)


def feature_jsonfg(question: Question) -> list[str]:
    """The same in JSON-FG: `place` in the system asked for, `geometry` in degrees where that is the same."""
    plain = question.crs.uri.endswith("CRS84")
    place = "'null'" if plain else _shape_json(question, question.crs)
    geometry = _shape_json(question, question.crs) if plain else "'null'"
    rest = (
        f"',\"time\":' || {_time(question.shape)} || ',\"place\":' || {place}"
        f" || ',\"geometry\":' || {geometry} || ',\"properties\":' || {_properties(question.told)}"
    )
    return _with_id(question.shape, rest)


def _with_id(shape: Shape, rest: str) -> list[str]:
    if shape.mask is not None:
        return [f"({shape.id})::text", f"{rest} || '}}'"]
    return [
        f'\'{{"type":"Feature","id":\' || to_json(({shape.id})::text)::text || {rest} || \'}}\''
    ]


def _time(shape: Shape) -> str:
    if shape.time is None:
        return "'null'"
    begin, end = shape.time

    def text(sql: str) -> str:
        written = (
            f"({sql})::text"
            if shape.time_type == "date"
            else f"to_char({sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
        )
        return f"CASE WHEN isfinite({sql}) THEN {written} ELSE '..' END"

    if begin == end:
        name = "date" if shape.time_type == "date" else "timestamp"
        return (
            f"CASE WHEN isfinite({begin}) THEN json_build_object('{name}', {text(begin)})::text"
            " ELSE 'null' END"
        )
    return f"json_build_object('interval', json_build_array({text(begin)}, {text(end)}))::text"


def columns(question: Question) -> list[tuple[str, str]]:
    """Names and SQL of the columns of a table, without the id: properties, then the place as `lon` and
    `lat` (`x` and `y`) of points, as text (`wkt`) of others."""
    found = [
        (p.name, f"({p.told})::text" if p.type in ("object", "uuid") else p.told)
        for p in question.told
    ]
    geometry = question.shape.geometry
    if geometry is None or question.skip_geometry:
        return found
    crs = question.crs
    if geometry.type == "Point":
        # In a table the names say which is which: the order of axes has no meaning.
        plain = easting_first(question.shape, crs)
        names = ("lon", "lat") if crs.degrees else ("x", "y")
        return [
            *found,
            (names[0], f"round(ST_X({plain})::numeric, {crs.digits})"),
            (names[1], f"round(ST_Y({plain})::numeric, {crs.digits})"),
        ]
    return [*found, ("wkt", f"ST_AsText({geometry_sql(question.shape, crs)}, {crs.digits})")]
