"""Writes features one by one, so that a register of any size needs no more memory than one entry."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

import shapely
from lxml import etree

from addresses.exchange.inspire.names import (
    BASE,
    GML,
    GN,
    LANGUAGES,
    PREFIXES,
    SRS,
    XLINK,
    XSI,
    code_value,
    tag,
)

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Node:
    """An element: `name` as lxml has it; `content` is a text or further nodes, in order."""

    name: str
    content: "str | Sequence[Node]" = ()
    attributes: dict[str, str] = field(default_factory=dict)


def write(stream: IO[bytes], features: Iterable[Node]) -> int:
    """Writes a GML 3.2.1 feature collection; gives the number of features."""
    count = 0
    with etree.xmlfile(stream, encoding="utf-8") as out:
        out.write_declaration()
        root = tag(GML, "FeatureCollection")
        with out.element(root, {tag(GML, "id"): "register"}, nsmap=PREFIXES):
            for feature in features:
                count += 1
                _write(out, Node(tag(GML, "featureMember"), [feature]))
                out.write("\n")
    return count


def _write(out: Any, node: Node) -> None:
    with out.element(node.name, node.attributes):
        if isinstance(node.content, str):
            out.write(_FORBIDDEN.sub("", node.content))
        else:
            for child in node.content:
                _write(out, child)


def reference(name: str, href: str) -> Node:
    """A property that points elsewhere."""
    return Node(name, (), {tag(XLINK, "href"): href})


def coded(name: str, list_name: str, value: str) -> Node:
    """A property whose value is one of a code list."""
    return reference(name, code_value(list_name, value))


def void(name: str, reason: str = "unknown") -> Node:
    """A property that the schema demands and the register does not know."""
    return Node(name, (), {tag(XSI, "nil"): "true", "nilReason": reason})


def moment(name: str, value: datetime | date | None) -> Node:
    """A date and time; void where there is none."""
    if value is None:
        return void(name)
    if isinstance(value, datetime):
        return Node(name, value.isoformat())
    return Node(name, f"{value.isoformat()}T00:00:00")


def identifier(name: str, namespace: str, uid: object, version: int) -> Node:
    """An INSPIRE identifier: our uid, our namespace, our version."""
    parts = (("localId", str(uid)), ("namespace", namespace), ("versionId", str(version)))
    return Node(
        name, [Node(tag(BASE, "Identifier"), [Node(tag(BASE, k), text) for k, text in parts])]
    )


def own_values(namespace: str, values: dict[str, object]) -> Iterator[Node]:
    """What the data specification has no place for, as names with a code space of our own."""
    for key, value in values.items():
        if value not in (None, ""):
            yield Node(tag(GML, "name"), str(value), {"codeSpace": f"{namespace}/{key}"})


def geographical_name(name: str, text: str, language: str) -> Node:
    """An official name in one spelling. `language` is the register's two-letter code."""
    code = LANGUAGES.get(language)
    spelling = Node(
        tag(GN, "SpellingOfName"), [Node(tag(GN, "text"), text), void(tag(GN, "script"))]
    )
    return Node(
        name,
        [
            Node(
                tag(GN, "GeographicalName"),
                [
                    Node(tag(GN, "language"), code) if code else void(tag(GN, "language")),
                    void(tag(GN, "nativeness")),
                    coded(tag(GN, "nameStatus"), "NameStatusValue", "official"),
                    void(tag(GN, "sourceOfName")),
                    void(tag(GN, "pronunciation")),
                    Node(tag(GN, "spelling"), [spelling]),
                ],
            )
        ],
    )


def point(geom: Any, gml_id: str) -> Node:
    """A point in degrees, latitude first."""
    attributes = {tag(GML, "id"): gml_id, "srsName": SRS, "srsDimension": "2"}
    return Node(tag(GML, "Point"), [Node(tag(GML, "pos"), f"{geom.y!r} {geom.x!r}")], attributes)


def surface(geom: Any, gml_id: str) -> Node:
    """Polygons in degrees, latitude first. Every coordinate is written so that it is read the same."""
    members = []
    for number, polygon in enumerate(shapely.get_parts(shapely.from_wkb(bytes(geom.wkb))), start=1):
        rings = [Node(tag(GML, "exterior"), [_ring(polygon.exterior)])]
        rings += [Node(tag(GML, "interior"), [_ring(ring)]) for ring in polygon.interiors]
        members.append(
            Node(
                tag(GML, "surfaceMember"),
                [Node(tag(GML, "Polygon"), rings, {tag(GML, "id"): f"{gml_id}.{number}"})],
            )
        )
    attributes = {tag(GML, "id"): gml_id, "srsName": SRS, "srsDimension": "2"}
    return Node(tag(GML, "MultiSurface"), members, attributes)


def _ring(ring: shapely.LinearRing) -> Node:
    numbers = " ".join(f"{y!r} {x!r}" for x, y in shapely.get_coordinates(ring).tolist())
    return Node(tag(GML, "LinearRing"), [Node(tag(GML, "posList"), numbers)])
