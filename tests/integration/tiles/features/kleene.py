"""An evaluator of CQL2 JSON in Python, by the words of the standard: the other opinion on filters.

Nothing of it is shared with the product. Unknown is None (Kleene's logic). A row is a dict; `name` is
compared by its folded key, other texts as they are, unless CASEI is said.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import shapely
import shapely.geometry

CITY = ZoneInfo("Europe/Istanbul")
_TRANSLATE = {"ı": "i", "İ": "i", "ş": "s", "ğ": "g", "ç": "c", "ö": "o", "ü": "u", "â": "a"}
KEYED = {"name"}


def fold(text: str) -> str:
    return "".join(_TRANSLATE.get(c, c) for c in text.replace("İ", "i").replace("I", "i").lower())


def key(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]", " ", fold(text)).split())


def holds(node: Any, row: dict[str, Any]) -> bool | None:
    """True, False or None: unknown."""
    if isinstance(node, bool):
        return node
    if "property" in node:
        return row[node["property"]]
    op, args = node["op"].lower(), node["args"]
    if op == "and":
        found = [holds(a, row) for a in args]
        return False if False in found else None if None in found else True
    if op == "or":
        found = [holds(a, row) for a in args]
        return True if True in found else None if None in found else False
    if op == "not":
        inner = holds(args[0], row)
        return None if inner is None else not inner
    if op == "isnull":
        return row[args[0]["property"]] is None
    if op in ("=", "<>", "<", ">", "<=", ">="):
        return _compare(op, args[0], args[1], row)
    if op == "between":
        return holds(
            {
                "op": "and",
                "args": [
                    {"op": ">=", "args": [args[0], args[1]]},
                    {"op": "<=", "args": [args[0], args[2]]},
                ],
            },
            row,
        )
    if op == "in":
        return holds(
            {"op": "or", "args": [{"op": "=", "args": [args[0], v]} for v in args[1]] + [False]},
            row,
        )
    if op == "like":
        return _like(args[0], args[1], row)
    if op.startswith("s_"):
        return _spatial(op, args, row)
    if op.startswith("t_"):
        return _temporal(op, args, row)
    raise AssertionError(op)


def _side(node: Any, row: dict[str, Any]) -> tuple[Any, bool, str | None]:
    """Value, whether it is folded, the property."""
    if isinstance(node, dict) and "property" in node:
        return row[node["property"]], False, node["property"]
    if isinstance(node, dict) and node.get("op", "").lower() in ("casei", "accenti"):
        value, _f, name = _side(node["args"][0], row)
        return value, True, name
    if isinstance(node, dict) and "date" in node:
        return date.fromisoformat(node["date"]), False, None
    if isinstance(node, dict) and "timestamp" in node:
        return datetime.fromisoformat(node["timestamp"]), False, None
    return node, False, None


def _order(op: str, left: Any, right: Any) -> bool:
    return {
        "=": left == right, "<>": left != right, "<": left < right, ">": left > right,
        "<=": left <= right, ">=": left >= right,
    }[op]  # fmt: skip


def _compare(op: str, one: Any, other: Any, row: dict[str, Any]) -> bool | None:
    (left, lf, ln), (right, rf, rn) = _side(one, row), _side(other, row)
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        names = {n for n in (ln, rn) if n}
        if names and names <= KEYED:
            left, right = key(left), key(right)
        elif lf or rf:
            left, right = fold(left), fold(right)
        return _order(op, left.encode(), right.encode())
    if isinstance(left, datetime) != isinstance(right, datetime):
        if isinstance(left, datetime):
            begin, end = _day(right)
            return _against(op, left, begin, end)
        turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(op, op)
        begin, end = _day(left)
        return _against(turned, right, begin, end)
    return _order(op, left, right)


def _against(op: str, moment: datetime, begin: datetime, end: datetime) -> bool:
    return {
        "=": begin <= moment <= end, "<>": not begin <= moment <= end, "<": moment < begin,
        ">": moment > end, "<=": moment <= end, ">=": moment >= begin,
    }[op]  # fmt: skip


def _day(day: date) -> tuple[datetime, datetime]:
    begin = datetime.combine(day, time(), CITY)
    end = datetime.combine(day + timedelta(1), time(), CITY) - timedelta(microseconds=1)
    return begin.astimezone(UTC), end.astimezone(UTC)


def _like(one: Any, other: Any, row: dict[str, Any]) -> bool | None:
    (text, tf, name), (pattern, pf, _n) = _side(one, row), _side(other, row)
    if text is None:
        return None
    prepared = key if name in KEYED else fold if tf or pf else str
    parts = []
    i = 0
    while i < len(pattern):
        c = pattern[i]
        if c == "\\" and i + 1 < len(pattern) and pattern[i + 1] in "%_\\":
            parts.append(("text", pattern[i + 1]))
            i += 2
            continue
        parts.append(("wild", c) if c in "%_" else ("text", c))
        i += 1
    regex = "".join(
        {"%": ".*", "_": "."}[c]
        if kind == "wild"
        else re.escape(fold(c) if prepared is not str else c)
        for kind, c in parts
    )
    return re.fullmatch(regex, prepared(text), re.DOTALL) is not None


_SPATIAL = {
    "s_intersects": shapely.intersects, "s_contains": shapely.contains, "s_crosses": shapely.crosses,
    "s_disjoint": shapely.disjoint, "s_equals": shapely.equals, "s_overlaps": shapely.overlaps,
    "s_touches": shapely.touches, "s_within": shapely.within,
}  # fmt: skip


def _shape(node: Any, row: dict[str, Any]) -> Any:
    if "property" in node:
        return row["geometry"]
    if "bbox" in node:
        return shapely.box(*node["bbox"])
    return shapely.geometry.shape(node)


def _spatial(op: str, args: list[Any], row: dict[str, Any]) -> bool | None:
    left, right = (_shape(a, row) for a in args)
    if left is None or right is None:
        return None
    return bool(_SPATIAL[op](left, right))


_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _period(node: Any, row: dict[str, Any]) -> tuple[Any, Any]:
    if isinstance(node, dict) and "interval" in node:
        ends = [_end(e, row) for e in node["interval"]]
        return ends[0], ends[1]
    value = _side(node, row)[0]
    return value, value


def _end(node: Any, row: dict[str, Any]) -> Any:
    if node == "..":
        return ".."
    if isinstance(node, str):
        return datetime.fromisoformat(node) if "T" in node else date.fromisoformat(node)
    return _side(node, row)[0]


def _moments(period: tuple[Any, Any]) -> tuple[datetime | None, datetime | None]:
    begin, end = period
    if begin == "..":
        begin = _FIRST
    elif isinstance(begin, date) and not isinstance(begin, datetime):
        begin = _day(begin)[0]
    if end == "..":
        end = _LAST
    elif isinstance(end, date) and not isinstance(end, datetime):
        end = _day(end)[1]
    return begin, end


def _temporal(op: str, args: list[Any], row: dict[str, Any]) -> bool | None:
    periods = [_period(a, row) for a in args]
    days = not any(isinstance(v, datetime) for p in periods for v in p) and not any(
        name == "opened" for a in args for name in _named(a)
    )
    if days:  # by whole days: the first and last moment of a day are the same
        (b1, e1), (b2, e2) = (
            (date.min if b == ".." else b, date.max if e == ".." else e) for b, e in periods
        )
    else:
        (b1, e1), (b2, e2) = (_moments(p) for p in periods)
    known = None not in (b1, e1, b2, e2)

    def all_of(*pairs: tuple[Any, str, Any]) -> bool | None:
        found = [None if a is None or b is None else _order(o, a, b) for a, o, b in pairs]
        return False if False in found else None if None in found else True

    match op:
        case "t_after":
            return all_of((b1, ">", e2))
        case "t_before":
            return all_of((e1, "<", b2))
        case "t_contains":
            return all_of((b1, "<", b2), (e1, ">", e2))
        case "t_during":
            return all_of((b1, ">", b2), (e1, "<", e2))
        case "t_disjoint" | "t_intersects":
            met = all_of((b1, "<=", e2), (e1, ">=", b2))
            return met if op == "t_intersects" or met is None else not met
        case "t_equals":
            return all_of((b1, "=", b2), (e1, "=", e2))
        case "t_finishedby":
            return all_of((b1, "<", b2), (e1, "=", e2))
        case "t_finishes":
            return all_of((b1, ">", b2), (e1, "=", e2))
        case "t_startedby":
            return all_of((b1, "=", b2), (e1, ">", e2))
        case "t_starts":
            return all_of((b1, "=", b2), (e1, "<", e2))
        case "t_meets":
            return all_of((e1, "=", b2))
        case "t_metby":
            return all_of((b1, "=", e2))
        case "t_overlaps":
            return all_of((b1, "<", b2), (e1, ">", b2), (e1, "<", e2))
        case "t_overlappedby":
            return all_of((b1, ">", b2), (b1, "<", e2), (e1, ">", e2))
    raise AssertionError((op, known))


def _named(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["property"]] if "property" in node else []
        return own + [n for v in node.values() for n in _named(v)]
    return [n for v in node for n in _named(v)] if isinstance(node, list) else []
