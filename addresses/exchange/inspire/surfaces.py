"""Buildings (core 2D) and Cadastral Parcels of INSPIRE."""

from addresses.exchange.inspire.names import (
    BU,
    BU2D,
    BUILDING_CONDITION,
    CP,
    CURRENT_USES,
    GML,
    tag,
)
from addresses.exchange.inspire.writer import (
    Node,
    coded,
    geographical_name,
    identifier,
    moment,
    own_values,
    surface,
    void,
)
from addresses.models import Building, Neighbourhood, Parcel


def building(namespace: str, entry: Building) -> Node:
    """One building with an outline. Its neighbourhood up to the province must have been fetched."""
    gml_id = f"BU.{entry.uid}"
    extra: dict[str, object] = {"block": entry.block, "use": entry.use, "code": entry.code}
    extra["valid_from"] = entry.valid_from
    if entry.status == "RESERVED":
        extra["status"] = entry.status
    content = [*own_values(namespace, extra | _area(entry.neighbourhood))]
    changed = entry.change_set.published_at if entry.change_set else None
    content.append(moment(tag(BU, "beginLifespanVersion"), changed))
    content.append(
        coded(
            tag(BU, "conditionOfConstruction"),
            "ConditionOfConstructionValue",
            BUILDING_CONDITION[entry.status],
        )
    )
    content.append(identifier(tag(BU, "inspireId"), namespace, entry.uid, entry.version))
    if entry.name:
        language = entry.neighbourhood.district.province.language
        content.append(geographical_name(tag(BU, "name"), entry.name, language))
    if entry.use in CURRENT_USES:
        use = coded(tag(BU, "currentUse"), "CurrentUseValue", entry.use)
        content.append(
            Node(
                tag(BU, "currentUse"),
                [Node(tag(BU, "CurrentUse"), [use, void(tag(BU, "percentage"))])],
            )
        )
    counts = (("numberOfDwellings", entry.dwellings), ("numberOfFloorsAboveGround", entry.floors))
    content += [Node(tag(BU, name), str(n)) for name, n in counts if n is not None]
    content.append(_outline(entry, f"{gml_id}.g"))
    return Node(tag(BU2D, "Building"), content, {tag(GML, "id"): gml_id})


def parcel(namespace: str, entry: Parcel) -> Node:
    """One parcel with an outline. Its neighbourhood up to the province must have been fetched."""
    gml_id = f"CP.{entry.uid}"
    area = entry.neighbourhood
    extra: dict[str, object] = {
        "cadastral_block": entry.cadastral_block,
        "number": entry.number,
        "map_sheet": entry.map_sheet,
        "code": entry.code,
    }
    label = f"{entry.cadastral_block}/{entry.number}" if entry.cadastral_block else entry.number
    names = (area.district.province.name, area.district.name, area.name, label)
    changed = entry.change_set.published_at if entry.change_set else None
    content = [
        *own_values(namespace, extra | _area(area)),
        moment(tag(CP, "beginLifespanVersion"), changed),
        Node(tag(CP, "geometry"), [surface(entry.geom, f"{gml_id}.g")]),
        identifier(tag(CP, "inspireId"), namespace, entry.uid, entry.version),
        Node(tag(CP, "label"), label),
        Node(tag(CP, "nationalCadastralReference"), entry.code or "/".join(names)),
    ]
    if entry.valid_from:
        content.append(moment(tag(CP, "validFrom"), entry.valid_from))
    return Node(tag(CP, "CadastralParcel"), content, {tag(GML, "id"): gml_id})


def _area(neighbourhood: Neighbourhood) -> dict[str, object]:
    """Neither theme has a place for the neighbourhood."""
    return {
        "neighbourhood_code": neighbourhood.code,
        "neighbourhood": neighbourhood.name,
        "district": neighbourhood.district.name,
    }


def _outline(entry: Building, gml_id: str) -> Node:
    return Node(
        tag(BU2D, "geometry2D"),
        [
            Node(
                tag(BU, "BuildingGeometry2D"),
                [
                    Node(tag(BU, "geometry"), [surface(entry.geom, gml_id)]),
                    Node(tag(BU, "referenceGeometry"), "true"),
                    coded(
                        tag(BU, "horizontalGeometryReference"),
                        "HorizontalGeometryReferenceValue",
                        "footPrint",
                    ),
                    void(tag(BU, "horizontalGeometryEstimatedAccuracy")),
                ],
            )
        ],
    )
