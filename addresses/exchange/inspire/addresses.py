"""Addresses of INSPIRE: the components first, then every door that refers to them."""

from collections.abc import Iterable, Iterator

from addresses.exchange.inspire.names import AD, ADDRESS_STATUS, GML, POSITIONS, tag
from addresses.exchange.inspire.writer import (
    Node,
    coded,
    geographical_name,
    identifier,
    moment,
    own_values,
    point,
    reference,
    void,
)
from addresses.models import Address, District, Neighbourhood, Province, StreetSide

_COUNTRY = "AU.country"


def components(
    namespace: str,
    country: str,
    *,
    provinces: Iterable[Province],
    districts: Iterable[District],
    neighbourhoods: Iterable[Neighbourhood],
    sides: Iterable[StreetSide],
    postcodes: Iterable[str],
) -> Iterator[Node]:
    """Country, provinces, districts, neighbourhoods, street sides, postcodes: each once, in this order."""
    yield _unit(namespace, _COUNTRY, country, "1stOrder", None, "")
    for p in provinces:
        yield _unit(namespace, f"AU.{p.uid}", p.name, "2ndOrder", p, _COUNTRY, p.language)
    for d in districts:
        within = f"AU.{d.province.uid}"
        yield _unit(namespace, f"AU.{d.uid}", d.name, "3rdOrder", d, within, d.province.language)
    for n in neighbourhoods:
        language = n.district.province.language
        yield _component(
            namespace, "AddressAreaName", f"AA.{n.uid}", n, f"AU.{n.district.uid}",
            [geographical_name(_ad("name"), n.name, language)],
        )  # fmt: skip
    for side in sides:
        yield _thoroughfare(namespace, side)
    for postcode in postcodes:
        yield _component(
            namespace, "PostalDescriptor", _postal(postcode), None, "",
            [Node(_ad("postCode"), postcode)],
        )  # fmt: skip


def address(namespace: str, door: Address) -> Node:
    """One door. Its side, neighbourhood, district and change set must have been fetched."""
    gml_id = f"AD.{door.uid}"
    side = door.side
    area = side.neighbourhood
    extra = {"status": door.status} if door.status == "UNDER_CONSTRUCTION" else {}
    content = [*own_values(namespace, dict(extra))]
    content.append(identifier(_ad("inspireId"), namespace, door.uid, door.version))
    if door.code:
        content.append(Node(_ad("alternativeIdentifier"), door.code))
    content.append(_position(door, f"{gml_id}.g"))
    content.append(coded(_ad("status"), "StatusValue", ADDRESS_STATUS[door.status]))
    content.append(_locator(door, f"#TN.{side.uid}"))
    content.append(moment(_ad("validFrom"), door.valid_from))
    changed = door.change_set.published_at if door.change_set else None
    content.append(moment(_ad("beginLifespanVersion"), changed))
    if door.parcel:
        content.append(reference(_ad("parcel"), f"urn:uuid:{door.parcel.uid}"))
    if door.building:
        content.append(reference(_ad("building"), f"urn:uuid:{door.building.uid}"))
    names = [f"TN.{side.uid}", f"AA.{area.uid}", f"AU.{area.district.uid}"]
    names += [f"AU.{area.district.province.uid}", _COUNTRY]
    if door.postcode:
        names.insert(2, _postal(door.postcode))
    content += [reference(_ad("component"), f"#{name}") for name in names]
    return Node(_ad("Address"), content, {tag(GML, "id"): gml_id})


def _position(door: Address, gml_id: str) -> Node:
    known = POSITIONS.get(door.point_source)
    return Node(
        _ad("position"),
        [
            Node(
                _ad("GeographicPosition"),
                [
                    Node(_ad("geometry"), [point(door.geom, gml_id)]),
                    coded(_ad("specification"), "GeometrySpecificationValue", known[0])
                    if known
                    else void(_ad("specification")),
                    coded(_ad("method"), "GeometryMethodValue", known[1])
                    if known
                    else void(_ad("method")),
                    Node(_ad("default"), "true"),
                ],
            )
        ],
    )


def _locator(door: Address, scope: str) -> Node:
    designators = [("addressNumber", str(door.number))]
    if door.suffix:
        designators.append(("addressNumberExtension", door.suffix))
    content = [
        Node(
            _ad("designator"),
            [
                Node(
                    _ad("LocatorDesignator"),
                    [
                        Node(_ad("designator"), text),
                        coded(_ad("type"), "LocatorDesignatorTypeValue", kind),
                    ],
                )
            ],
        )
        for kind, text in designators
    ]
    content.append(coded(_ad("level"), "LocatorLevelValue", "accessLevel"))
    content.append(reference(_ad("withinScopeOf"), scope))
    return Node(_ad("locator"), [Node(_ad("AddressLocator"), content)])


def _thoroughfare(namespace: str, side: StreetSide) -> Node:
    """A street's name on one side: the side is what has neighbourhood and national code."""
    street = side.street
    language = side.neighbourhood.district.province.language
    value = Node(
        _ad("ThoroughfareNameValue"), [geographical_name(_ad("name"), street.name, language)]
    )
    extra = {"street": street.uid, "kind": street.kind, "side": side.side, "parity": side.parity}
    return _component(
        namespace, "ThoroughfareName", f"TN.{side.uid}", side, f"AA.{side.neighbourhood.uid}",
        [Node(_ad("name"), [value])], dict(extra),
    )  # fmt: skip


def _unit(
    namespace: str,
    gml_id: str,
    name: str,
    level: str,
    entity: Province | District | None,
    within: str,
    language: str = "",
) -> Node:
    content = [
        geographical_name(_ad("name"), name, language),
        coded(_ad("level"), "AdministrativeHierarchyLevel", level),
        void(_ad("adminUnit"), "other:unpopulated"),
    ]
    return _component(namespace, "AdminUnitName", gml_id, entity, within, content)


def _component(
    namespace: str,
    kind: str,
    gml_id: str,
    entity: Province | District | Neighbourhood | StreetSide | None,
    within: str,
    content: list[Node],
    extra: dict[str, object] | None = None,
) -> Node:
    """What every component has, in the order of the schema, then its own `content`."""
    nodes = [*own_values(namespace, extra or {})]
    if entity is not None:
        nodes.append(identifier(_ad("inspireId"), namespace, entity.uid, entity.version))
        if entity.code:
            nodes.append(Node(_ad("alternativeIdentifier"), entity.code))
    changed = entity.change_set.published_at if entity and entity.change_set else None
    nodes.append(moment(_ad("beginLifespanVersion"), changed))
    nodes.append(moment(_ad("validFrom"), entity.valid_from if entity else None))
    if within:
        nodes.append(reference(_ad("situatedWithin"), f"#{within}"))
    return Node(_ad(kind), nodes + content, {tag(GML, "id"): gml_id})


def _postal(postcode: str) -> str:
    """An id of XML, whatever the postcode looks like."""
    return f"PD.{postcode.encode().hex()}"


def _ad(name: str) -> str:
    return tag(AD, name)
