"""From the tree of a filter to a condition in SQL: nothing gets through that is not named here.

Operators, functions and properties are looked up; values are parameters. NULL is unknown, as in SQL
and as CQL2 has it. A day stands for all of its moments, in the city's zone, where moments are compared.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.rules.text import fold, key, repair
from tiles.conf import CONF
from tiles.features import shapes
from tiles.features.collection import Property, Shape
from tiles.features.cql2 import BadFilter, number
from tiles.features.temporal import RELATIONS, is_moment, time_of
from tiles.features.values import Values
from tiles.rules.crs import LON_LAT, Crs

_COMPARE = {"=", "<>", "<", ">", "<=", ">="}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_SPATIAL = {
    "s_intersects": "ST_Intersects", "s_contains": "ST_Contains", "s_crosses": "ST_Crosses",
    "s_disjoint": "ST_Disjoint", "s_equals": "ST_Equals", "s_overlaps": "ST_Overlaps",
    "s_touches": "ST_Touches", "s_within": "ST_Within",
}  # fmt: skip
_FOLDING = {"casei", "accenti"}
# What `core.rules.text.fold` does to the letters of the city's texts.
FOLDED = "lower(translate({}, 'ıİIşŞğĞçÇöÖüÜâÂîÎûÛ’‘`´', 'iiissggccoouuaaiiuu'''''''''))"
_GEOMETRY = "geometry"


@dataclass(frozen=True)
class _Operand:
    """One side of a comparison: a property or a value. `folded`: it stood in CASEI or ACCENTI."""

    property: Property | None = None
    value: Any = None
    kind: str = ""  # of a value: text, number, boolean, date or instant
    folded: bool = False


class Condition:
    """Compiles filters of one question against one shape; `values` takes in what they compare with."""

    def __init__(self, shape: Shape, values: Values, crs: Crs = LON_LAT) -> None:
        self._shape, self._values, self._crs = shape, values, crs
        self._terms, self._items = CONF.filter_terms, CONF.filter_items
        self._vertices = CONF.filter_vertices

    def of(self, tree: Any) -> str:
        """The condition. Raises BadFilter."""
        return self._boolean(tree, CONF.filter_depth)

    def equal(self, name: str, text: str) -> str:
        """`name=text` of a query string. Raises BadFilter."""
        prop = self._property(name)
        value = _read(prop, text)
        return self._compared("=", _Operand(prop), value)

    def box(self, values: list[float], crs: Crs) -> str:
        """What intersects a box. Raises BadFilter."""
        return self._related("ST_Intersects", self._own_geometry(), shapes.boxes(values, crs))

    # ── Trees ────────────────────────────────────────────────────────────────────────────────────

    def _boolean(self, node: Any, depth: int) -> str:
        if isinstance(node, bool):
            return "true" if node else "false"
        self._terms -= 1
        if self._terms < 0:
            raise BadFilter(_("A filter has %(most)s terms at most.") % {"most": CONF.filter_terms})
        if depth < 0:
            raise BadFilter(_("The filter is nested too deeply."))
        if not isinstance(node, dict):
            raise BadFilter(_("A condition is needed."))
        if set(node) == {"property"}:
            prop = self._property(node["property"])
            if prop.type != "boolean":
                raise BadFilter(_("A condition is needed."))
            return f"({prop.sql})"
        op, args = node.get("op"), node.get("args")
        if not isinstance(op, str) or not isinstance(args, list):
            raise BadFilter(_("A condition has an operator and arguments."))
        name = op.lower()
        made = self._operator(name)
        if made is None:
            raise BadFilter(_("The operator %(name)r is not known here.") % {"name": op[:40]})
        return made(name, args, depth - 1)

    def _operator(self, name: str) -> Callable[[str, list[Any], int], str] | None:
        if name in ("and", "or"):
            return self._joined
        if name in _COMPARE:
            return self._comparison
        if name in _SPATIAL:
            return self._spatial
        if name in RELATIONS:
            return self._temporal
        return {
            "not": self._not, "isnull": self._is_null, "in": self._in, "like": self._like,
            "between": self._between,
        }.get(name)  # fmt: skip

    def _joined(self, name: str, args: list[Any], depth: int) -> str:
        if len(args) < 2:
            raise BadFilter(_("AND and OR join two conditions or more."))
        return "(" + f" {name.upper()} ".join(self._boolean(a, depth) for a in args) + ")"

    def _not(self, name: str, args: list[Any], depth: int) -> str:
        (one,) = _exactly(args, 1)
        return f"(NOT {self._boolean(one, depth)})"

    def _is_null(self, name: str, args: list[Any], depth: int) -> str:
        (one,) = _exactly(args, 1)
        if isinstance(one, dict) and one.get("property") == _GEOMETRY and self._shape.geometry:
            return f"({self._shape.geometry.sql} IS NULL)"
        prop = self._operand(one).property
        if prop is None:
            raise BadFilter(_("Only a property can be NULL."))
        return f"(({prop.equal[0] if prop.equal else prop.sql}) IS NULL)"

    def _comparison(self, name: str, args: list[Any], depth: int) -> str:
        left, right = (self._operand(a) for a in _exactly(args, 2))
        if left.property is None:
            if right.property is None:
                raise BadFilter(_("A property is compared with a value."))
            left, right, name = right, left, _TURNED.get(name, name)
        return self._compared(name, left, right)

    def _between(self, name: str, args: list[Any], depth: int) -> str:
        one, low, high = (self._operand(a) for a in _exactly(args, 3))
        if one.property is None:
            raise BadFilter(_("A property lies between two values."))
        return f"({self._compared('>=', one, low)} AND {self._compared('<=', one, high)})"

    def _in(self, name: str, args: list[Any], depth: int) -> str:
        one, listed = _exactly(args, 2)
        left = self._operand(one)
        if left.property is None or not isinstance(listed, list) or not listed:
            raise BadFilter(_("IN needs a property and a list of values."))
        self._items -= len(listed)
        if self._items < 0:
            raise BadFilter(
                _("The lists of a filter have %(most)s values at most.")
                % {"most": CONF.filter_items}
            )
        sides = [self._operand(item) for item in listed]
        if any(side.property is not None for side in sides):
            raise BadFilter(_("IN needs a list of values."))
        return self._listed(left, sides)

    def _listed(self, left: _Operand, sides: list[_Operand]) -> str:
        prop = left.property
        assert prop is not None
        folded = left.folded or any(side.folded for side in sides)
        if prop.type not in ("text", "integer", "number") or prop.equal is not None:
            return "(" + " OR ".join(self._compared("=", left, s) for s in sides) + ")"
        if prop.type != "text":
            wrong = [s for s in sides if s.kind != "number"]
            if wrong:
                raise BadFilter(_NOT_ALIKE)
            return f"({prop.sql} IN ({', '.join(self._values.put(s.value) for s in sides)}))"
        if any(s.kind != "text" for s in sides):
            raise BadFilter(_NOT_ALIKE)
        column, prepared = _text_side(prop, folded)
        values = [prepared(s.value) for s in sides]
        return f"({column} = ANY({self._values.put(values)}::text[]))"

    def _like(self, name: str, args: list[Any], depth: int) -> str:
        left, right = (self._operand(a) for a in _exactly(args, 2))
        prop = left.property
        if prop is None or prop.type != "text" or right.kind != "text":
            raise BadFilter(_("LIKE needs a text property and a pattern."))
        column, prepared = _text_side(prop, left.folded or right.folded)
        return f"({column} LIKE {self._values.put(pattern(right.value, prepared))})"

    def _spatial(self, name: str, args: list[Any], depth: int) -> str:
        left, right = _exactly(args, 2)
        own = [isinstance(a, dict) and "property" in a for a in (left, right)]
        if own == [True, False]:
            column = self._geometry_named(left["property"])
            return self._related(_SPATIAL[name], column, self._literal(right))
        if own == [False, True]:
            column = self._geometry_named(right["property"])
            return self._related(_SPATIAL[name], column, self._literal(left), turned=True)
        raise BadFilter(_("A geometry property is compared with a geometry."))

    def _temporal(self, name: str, args: list[Any], depth: int) -> str:
        periods = [self._period(a) for a in _exactly(args, 2)]
        if all(kind == "value" for _b, _e, kind in periods):
            raise BadFilter(_("A property is compared with a time."))
        moments = any(kind == "instant" for _b, _e, kind in periods)
        (b1, e1), (b2, e2) = ((self._edge(b, moments, False), self._edge(e, moments, True)) for b, e, _k in periods)  # fmt: skip
        return "(" + RELATIONS[name].format(b1=b1, e1=e1, b2=b2, e2=e2) + ")"

    # ── Sides ────────────────────────────────────────────────────────────────────────────────────

    def _property(self, name: Any) -> Property:
        prop = self._shape.by_name.get(name) if isinstance(name, str) else None
        if prop is None or not prop.queryable:
            raise BadFilter(
                _("There is no property %(name)r to ask for.") % {"name": str(name)[:40]}
            )
        return prop

    def _operand(self, node: Any, folded: bool = False) -> _Operand:
        match node:
            case {"property": name} if len(node) == 1:
                prop = self._property(name)
                if folded and prop.type != "text":
                    raise BadFilter(_("CASEI and ACCENTI need a text."))
                return _Operand(prop, folded=folded)
            case {"op": str(op), "args": [one]} if op.lower() in _FOLDING:
                return self._operand(one, True)
            case {"date": text} if not is_moment(when := time_of(text)):
                return _Operand(value=when, kind="date")
            case {"timestamp": text} if is_moment(when := time_of(text)):
                return _Operand(value=when, kind="instant")
            case bool():
                return _Operand(value=node, kind="boolean")
            case int() | float():
                return _Operand(value=number(node), kind="number")
            case str():
                return _Operand(value=_clean(node), kind="text", folded=folded)
        raise BadFilter(_("A property or a value is needed."))

    def _compared(self, op: str, left: _Operand, right: _Operand) -> str:
        prop = left.property
        assert prop is not None
        if right.property is not None:
            return self._both(op, left, right)
        put, kind, value = self._values.put, right.kind, right.value
        match prop.type:
            case "text" if kind == "text":
                folded = left.folded or right.folded
                if prop.equal and op in ("=", "<>") and not folded:
                    return f"({prop.equal[0]} {op} {prop.equal[1].format(put(value))})"
                column, prepared = _text_side(prop, folded)
                return f"({column} {op} {put(prepared(value))})"
            case "uuid" if kind == "text":
                column, given = prop.equal or (prop.sql, "{}::uuid")
                if op not in ("=", "<>") and prop.equal:
                    column, given = prop.sql, "{}::uuid"
                return f"({column} {op} {given.format(put(_uuid(value)))})"
            case "integer" | "number" if kind == "number":
                return f"({prop.sql} {op} {put(value)})"
            case "boolean" if kind == "boolean" and op in ("=", "<>"):
                return f"(({prop.sql}) {op} {put(value)})"
            case "date" if kind in ("date", "text"):
                when = value if kind == "date" else time_of(value)
                if not is_moment(when):
                    return f"({prop.sql} {op} {put(when)}::date)"
            case "instant" if kind in ("date", "instant", "text"):
                when = time_of(value) if kind == "text" else value
                return self._moment(op, prop, when)
        raise BadFilter(_NOT_ALIKE)

    def _moment(self, op: str, prop: Property, when: Any) -> str:
        if is_moment(when):
            return f"({prop.sql} {op} {self._values.put(when)}::timestamptz)"
        begin, end = self._edge(when, True, False), self._edge(when, True, True)
        match op:
            case "=":
                return f"({prop.sql} >= {begin} AND {prop.sql} <= {end})"
            case "<>":
                return f"({prop.sql} < {begin} OR {prop.sql} > {end})"
        return f"({prop.sql} {op} {end if op in ('>', '<=') else begin})"

    def _both(self, op: str, left: _Operand, right: _Operand) -> str:
        one, other = left.property, right.property
        assert one is not None and other is not None
        numbers = {one.type, other.type} <= {"integer", "number"}
        if (one.type != other.type and not numbers) or one.type == "object":
            raise BadFilter(_NOT_ALIKE)
        if one.type == "text":
            folded = left.folded or right.folded
            if one.key and other.key:
                return f"({one.key} {op} {other.key})"
            sides = (FOLDED.format(p.sql) if folded else p.sql for p in (one, other))
            return "({} {} {})".format(*(x for x in _between(sides, op)))
        return f"(({one.sql}) {op} ({other.sql}))"

    # ── Space and time ───────────────────────────────────────────────────────────────────────────

    def _geometry_named(self, name: Any) -> str:
        if name != _GEOMETRY:
            self._property(name)
            raise BadFilter(_("A geometry property is compared with a geometry."))
        return self._own_geometry()

    def _own_geometry(self) -> str:
        if self._shape.geometry is None:
            raise BadFilter(_("These features have no geometry."))
        return self._shape.geometry.sql

    def _literal(self, node: Any) -> Any:
        found = shapes.geometry_of(node, self._crs)
        self._vertices -= found.num_coords
        if self._vertices < 0:
            raise BadFilter(
                _("The geometries of a filter have %(most)s vertices at most.")
                % {"most": CONF.filter_vertices}
            )
        return found

    def _related(self, function: str, column: str, literal: Any, turned: bool = False) -> str:
        geometry = self._shape.geometry
        assert geometry is not None
        given = shapes.sql_of(literal, self._values.put)
        exact = f"{function}({given}, {column})" if turned else f"{function}({column}, {given})"
        if not geometry.index or function == "ST_Disjoint" or not shapes.within_mercator(literal):
            return f"({exact})"
        near = shapes.sql_of(literal, self._values.put, 3857)
        if geometry.reach:
            near = f"ST_Expand({near}, {float(geometry.reach)!r})"
        return f"({geometry.index} && {near} AND {exact})"

    def _period(self, node: Any) -> tuple[Any, Any, str]:
        """First and last moment (SQL as text in a tuple, or values), and the kind of a property in it."""
        if isinstance(node, dict) and set(node) == {"interval"}:
            ends = node["interval"]
            if not isinstance(ends, list) or len(ends) != 2:
                raise BadFilter(_("A period has a beginning and an end."))
            sides = [self._end(e, i == 1) for i, e in enumerate(ends)]
            kinds = {kind for _v, kind in sides}
            kind = "instant" if "instant" in kinds else "date" if "date" in kinds else ""
            begin, end = (v for v, _k in sides)
            # Only values can be compared here.
            if (
                not isinstance(begin, tuple | str)
                and not isinstance(end, tuple | str)
                and (is_moment(begin) == is_moment(end) and begin > end)
            ):
                raise BadFilter(_("A period ends before it begins."))
            if is_moment(begin) or is_moment(end):
                kind = "instant"
            return begin, end, kind or "value"
        value, kind = self._end(node, False)
        if isinstance(value, str):
            raise BadFilter(_("A time is needed."))
        return value, value, kind or ("instant" if is_moment(value) else "value")

    def _end(self, node: Any, last: bool) -> tuple[Any, str]:
        if node == "..":
            return ("infinity" if last else "-infinity"), ""
        if isinstance(node, str):
            return time_of(node), ""
        side = self._operand(node)
        if side.property is not None:
            if side.property.type not in ("date", "instant"):
                raise BadFilter(_("A time is needed."))
            return (side.property.sql, side.property.type), side.property.type
        if side.kind not in ("date", "instant"):
            raise BadFilter(_("A time is needed."))
        return side.value, ""

    def _edge(self, value: Any, moments: bool, last: bool) -> str:
        """SQL of a first or last moment: dates, or where there are moments, the moments of a day."""
        put = self._values.put
        if isinstance(value, str):
            return f"'{value}'::{'timestamptz' if moments else 'date'}"
        if isinstance(value, tuple):
            sql, kind = value
            if kind == "instant" or not moments:
                return f"({sql})"
            return _of_day(f"({sql})", put(settings.TIME_ZONE), last)
        if is_moment(value):
            return f"{put(value)}::timestamptz"
        if not moments:
            return f"{put(value)}::date"
        return _of_day(f"{put(value)}::date", put(settings.TIME_ZONE), last)


_NOT_ALIKE = gettext_lazy("A property is compared with a value of another kind.")


def _of_day(day: str, zone: str, last: bool) -> str:
    if last:
        return f"(({day} + 1)::timestamp AT TIME ZONE {zone} - interval '1 microsecond')"
    return f"({day}::timestamp AT TIME ZONE {zone})"


def _between(sides: Any, op: str) -> tuple[str, str, str]:
    one, other = sides
    return one, op, other


def _exactly(args: list[Any], n: int) -> list[Any]:
    if len(args) != n:
        raise BadFilter(_("An operator has too few arguments, or too many."))
    return args


def _clean(text: str) -> str:
    if "\x00" in text or (not text.isprintable() and any("\ud800" <= c <= "\udfff" for c in text)):
        raise BadFilter(_("A text has characters that cannot be used."))
    return text


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise BadFilter(_("An identifier is a UUID.")) from None


def _read(prop: Property, text: str) -> _Operand:
    """The value that a text of a query string means to a property."""
    text = _clean(text)
    match prop.type:
        case "integer" | "number":
            try:
                return _Operand(value=number(float(text)), kind="number")
            except (ValueError, OverflowError):
                raise BadFilter(_("%(name)r is a number.") % {"name": prop.name}) from None
        case "boolean":
            if text not in ("true", "false"):
                raise BadFilter(_("%(name)r is true or false.") % {"name": prop.name})
            return _Operand(value=text == "true", kind="boolean")
        case "object":
            raise BadFilter(_NOT_ALIKE)
    return _Operand(value=text, kind="text")


# ── Text ─────────────────────────────────────────────────────────────────────────────────────────

_WILD = re.compile(r"(\\.|%|_)", re.DOTALL)
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def _key_parts(text: str) -> str:
    """`core.rules.text.key` before its edges are cut."""
    return _NOT_WORD.sub(" ", fold(text))


def _text_side(prop: Property, folded: bool) -> tuple[str, Callable[[str], str]]:
    """The SQL of a text property that is compared, and what is done to the text it is compared with."""
    if prop.key:
        return prop.key, key
    if folded:
        return FOLDED.format(f"({prop.sql})"), fold
    return f"({prop.sql})", str


def pattern(text: str, prepared: Callable[[str], str]) -> str:
    """A pattern of LIKE whose letters are prepared; % and _ are wild, behind a backslash they are not."""
    keyed = prepared is key
    if keyed:
        prepared = _key_parts
    found = ""
    for part in _WILD.split(repair(text) if prepared is not str else text):
        if part in ("%", "_"):
            found += part
        elif len(part) == 2 and part[0] == "\\" and part[1] in "%_\\":
            found += re.sub(r"([%_\\])", r"\\\1", prepared(part[1]))
        else:
            found += re.sub(r"([%_\\])", r"\\\1", prepared(part))
    if keyed:  # a stored key has no double blanks, and none at its edges
        found = re.sub(r" {2,}", " ", found)
        found = found.strip(" ")
    return found
