"""CQL2 text and JSON as one tree: nested dicts as CQL2 JSON has them. Nothing is looked up here.

The parser is the package `cql2`. It is written in Rust and recurses over what it is given, so that
length and depth are measured before.
"""

import json
import re
from typing import Any

from django.utils.translation import gettext as _

from tiles.conf import CONF

TEXT, JSON = "cql2-text", "cql2-json"


class BadFilter(ValueError):
    """A filter cannot be understood, is too much, or names what is not there. Says why, lists nothing.
    `parameter` is the one that it lies in, where that is known."""

    def __init__(self, reason: Any, parameter: str = "") -> None:
        super().__init__(str(reason))
        self.parameter = parameter


def parsed(text: str, language: str) -> Any:
    """The tree of a filter. Raises BadFilter."""
    if len(text.encode("utf-8", "replace")) > CONF.filter_bytes:
        raise BadFilter(_("A filter has %(most)s bytes at most.") % {"most": CONF.filter_bytes})
    if language == JSON:
        return _of_json(text)
    return _of_text(text)


def _of_json(text: str) -> Any:
    if _nesting(text, "[{", "]}") > CONF.filter_depth * 3:
        raise BadFilter(_("The filter is nested too deeply."))
    try:
        tree = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadFilter(_("The filter is no JSON.")) from None
    if not isinstance(tree, dict | bool):
        raise BadFilter(_("A filter in CQL2 JSON is an object."))
    return tree


def _no_number(text: str) -> Any:
    raise ValueError(text)


_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_SIGNS = re.compile(r"(?:\bNOT\b\s*|-\s*|\+\s*){20}", re.IGNORECASE)


def _of_text(text: str) -> Any:
    bare = _QUOTED.sub("''", text)
    if _nesting(bare, "(", ")") > CONF.filter_depth * 2 or _SIGNS.search(bare):
        raise BadFilter(_("The filter is nested too deeply."))
    if len(re.findall(r"[<>=]|\b(?:AND|OR|NOT|LIKE|IN|BETWEEN|IS)\b|\(", bare, re.I)) > (
        CONF.filter_terms * 4
    ):
        raise BadFilter(_("A filter has %(most)s terms at most.") % {"most": CONF.filter_terms})
    import cql2

    try:
        return cql2.Expr(text).to_json()
    except Exception as error:  # the package has one class, which is no public name of it
        where = re.search(r"--> 1:(\d+)", str(error))
        words = _("The filter is no CQL2.")
        if where:
            words = _("The filter is no CQL2 at character %(at)s.") % {"at": where[1]}
        raise BadFilter(words) from None


def _nesting(text: str, opening: str, closing: str) -> int:
    deepest = depth = 0
    for sign in text:
        if sign in opening:
            depth += 1
            deepest = max(deepest, depth)
        elif sign in closing:
            depth -= 1
    return deepest


def number(value: Any) -> float | int:
    """A number of a filter, whole where it is whole: an index on whole numbers is of use then only."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadFilter(_("A number is needed."))
    if not -1e15 <= value <= 1e15:  # not a number, too
        raise BadFilter(_("A number is too large."))
    return int(value) if float(value).is_integer() else value


def names(tree: Any) -> set[str]:
    """The properties that a tree names."""
    found: set[str] = set()
    queue = [tree]
    while queue:
        node = queue.pop()
        if isinstance(node, dict):
            if isinstance(node.get("property"), str):
                found.add(node["property"])
            queue.extend(node.values())
        elif isinstance(node, list):
            queue.extend(node)
    return found
