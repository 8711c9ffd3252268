"""What is written, field by field after the data specifications: order, number, voids, code lists.

The schemas themselves come with no package, so they are told here once more: every property that a
feature or data type may have, in the order of the schema, with least and most occurrences and
whether it may be void.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

from addresses.actions.export_inspire import export_inspire

from .conftest import square
from .test_places import Load, building, feature, parcel, places, put  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
MANY = 10**6


class Property(NamedTuple):
    name: str
    least: int = 1
    most: int = 1
    voidable: bool = False
    kind: str = ""  # `text`, `ref`, `date`, `id`, a code list, or the data type inside


def void(name: str, kind: str = "", least: int = 1, most: int = 1) -> Property:
    return Property(name, least, most, True, kind)


GML_NAME = Property("gml:name", 0, MANY, kind="text")
COMPONENT = [
    GML_NAME,
    Property("ad:inspireId", 0, kind="base:Identifier"),
    void("ad:alternativeIdentifier", "text", 0),
    void("ad:beginLifespanVersion", "date"),
    void("ad:endLifespanVersion", "date", 0),
    void("ad:status", "StatusValue", 0),
    void("ad:validFrom", "date"),
    void("ad:validTo", "date", 0),
    void("ad:situatedWithin", "ref", 0, MANY),
]
TYPES: dict[str, list[Property]] = {
    "base:Identifier": [
        Property("base:localId", kind="id"),
        Property("base:namespace", kind="text"),
        void("base:versionId", "text", 0),
    ],
    "ad:Address": [
        GML_NAME,
        Property("ad:inspireId", kind="base:Identifier"),
        void("ad:alternativeIdentifier", "text", 0),
        Property("ad:position", 1, MANY, kind="ad:GeographicPosition"),
        void("ad:status", "StatusValue", 0),
        Property("ad:locator", 1, MANY, kind="ad:AddressLocator"),
        void("ad:validFrom", "date"),
        void("ad:validTo", "date", 0),
        void("ad:beginLifespanVersion", "date"),
        void("ad:endLifespanVersion", "date", 0),
        void("ad:parcel", "ref", 0, MANY),
        void("ad:parentAddress", "ref", 0),
        void("ad:building", "ref", 0, MANY),
        Property("ad:component", 1, MANY, kind="ref"),
    ],
    "ad:GeographicPosition": [
        Property("ad:geometry", kind="gml:Point"),
        void("ad:specification", "GeometrySpecificationValue"),
        void("ad:method", "GeometryMethodValue"),
        Property("ad:default", kind="text"),
    ],
    "ad:AddressLocator": [
        Property("ad:designator", 0, MANY, kind="ad:LocatorDesignator"),
        Property("ad:name", 0, MANY),
        Property("ad:level", kind="LocatorLevelValue"),
        void("ad:withinScopeOf", "ref", 0),
    ],
    "ad:LocatorDesignator": [
        Property("ad:designator", kind="text"),
        Property("ad:type", kind="LocatorDesignatorTypeValue"),
    ],
    "ad:AdminUnitName": [
        *COMPONENT,
        Property("ad:name", 1, MANY, kind="gn:GeographicalName"),
        Property("ad:level", kind="AdministrativeHierarchyLevel"),
        void("ad:adminUnit", "ref"),
    ],
    "ad:AddressAreaName": [
        *COMPONENT,
        Property("ad:name", 1, MANY, kind="gn:GeographicalName"),
        void("ad:namedPlace", "ref", 0),
    ],
    "ad:ThoroughfareName": [
        *COMPONENT,
        Property("ad:name", 1, MANY, kind="ad:ThoroughfareNameValue"),
        void("ad:transportLink", "ref", 0, MANY),
    ],
    "ad:ThoroughfareNameValue": [
        Property("ad:name", kind="gn:GeographicalName"),
        void("ad:nameParts", "", 0, MANY),
    ],
    "ad:PostalDescriptor": [
        *COMPONENT,
        Property("ad:postName", 0, MANY, kind="gn:GeographicalName"),
        Property("ad:postCode", 0, kind="text"),
    ],
    "gn:GeographicalName": [
        void("gn:language", "language"),
        void("gn:nativeness", "NativenessValue"),
        void("gn:nameStatus", "NameStatusValue"),
        void("gn:sourceOfName", "text"),
        void("gn:pronunciation"),
        Property("gn:spelling", 1, MANY, kind="gn:SpellingOfName"),
        void("gn:grammaticalGender", "", 0),
        void("gn:grammaticalNumber", "", 0),
    ],
    "gn:SpellingOfName": [
        Property("gn:text", kind="text"),
        void("gn:script", "text"),
        void("gn:transliterationScheme", "text", 0),
    ],
    "bu-core2d:Building": [
        GML_NAME,
        void("bu-base:beginLifespanVersion", "date"),
        void("bu-base:conditionOfConstruction", "ConditionOfConstructionValue"),
        void("bu-base:dateOfConstruction", "", 0),
        void("bu-base:dateOfDemolition", "", 0),
        void("bu-base:dateOfRenovation", "", 0),
        void("bu-base:elevation", "", 0, MANY),
        void("bu-base:endLifespanVersion", "date", 0),
        void("bu-base:externalReference", "", 0, MANY),
        void("bu-base:heightAboveGround", "", 0, MANY),
        Property("bu-base:inspireId", kind="base:Identifier"),
        void("bu-base:name", "gn:GeographicalName", 0, MANY),
        void("bu-base:buildingNature", "BuildingNatureValue", 0, MANY),
        void("bu-base:currentUse", "bu-base:CurrentUse", 0, MANY),
        void("bu-base:numberOfDwellings", "whole", 0),
        void("bu-base:numberOfBuildingUnits", "whole", 0),
        void("bu-base:numberOfFloorsAboveGround", "whole", 0),
        void("bu-base:parts", "", 0, MANY),
        Property("bu-core2d:geometry2D", 1, MANY, kind="bu-base:BuildingGeometry2D"),
    ],
    "bu-base:CurrentUse": [
        Property("bu-base:currentUse", kind="CurrentUseValue"),
        void("bu-base:percentage", "whole"),
    ],
    "bu-base:BuildingGeometry2D": [
        Property("bu-base:geometry", kind="gml:MultiSurface"),
        Property("bu-base:referenceGeometry", kind="text"),
        Property("bu-base:horizontalGeometryReference", kind="HorizontalGeometryReferenceValue"),
        Property("bu-base:verticalGeometryReference", 0, kind="ElevationReferenceValue"),
        void("bu-base:horizontalGeometryEstimatedAccuracy", "text"),
        void("bu-base:verticalGeometryEstimatedAccuracy", "text", 0),
    ],
    "cp:CadastralParcel": [
        GML_NAME,
        void("cp:areaValue", "text", 0),
        void("cp:beginLifespanVersion", "date"),
        void("cp:endLifespanVersion", "date", 0),
        Property("cp:geometry", kind="gml:MultiSurface"),
        Property("cp:inspireId", kind="base:Identifier"),
        Property("cp:label", kind="text"),
        Property("cp:nationalCadastralReference", kind="text"),
        void("cp:referencePoint", "gml:Point", 0),
        void("cp:validFrom", "date", 0),
        void("cp:validTo", "date", 0),
        void("cp:basicPropertyUnit", "ref", 0, MANY),
        void("cp:administrativeUnit", "ref", 0),
        void("cp:zoning", "ref", 0),
    ],
    "gml:Point": [Property("gml:pos", kind="text")],
    "gml:MultiSurface": [Property("gml:surfaceMember", 1, MANY, kind="gml:Polygon")],
    "gml:Polygon": [
        Property("gml:exterior", kind="gml:LinearRing"),
        Property("gml:interior", 0, MANY, kind="gml:LinearRing"),
    ],
    "gml:LinearRing": [Property("gml:posList", kind="text")],
}
CODES = {
    "StatusValue": "alternative current proposed reserved retired",
    "GeometrySpecificationValue": "postalDelivery utilityService thoroughfareAccess entrance building"
    " parcel segment postalDescriptor addressArea adminUnit1stOrder adminUnit2ndOrder",
    "GeometryMethodValue": "fromFeature byAdministrator byOtherParty",
    "LocatorLevelValue": "siteLevel accessLevel unitLevel postalDeliveryPoint",
    "LocatorDesignatorTypeValue": "addressNumber addressNumberExtension unitIdentifier",
    "AdministrativeHierarchyLevel": "1stOrder 2ndOrder 3rdOrder 4thOrder 5thOrder 6thOrder",
    "NameStatusValue": "official standardised historical other",
    "ConditionOfConstructionValue": "declined demolished functional projected ruin underConstruction",
    "CurrentUseValue": "residential agriculture industrial commerceAndServices ancillary",
    "HorizontalGeometryReferenceValue": "footPrint roofEdge envelope combined",
}
NAMESPACES = {
    "http://www.opengis.net/gml/3.2": "gml",
    "http://inspire.ec.europa.eu/schemas/ad/4.0": "ad",
    "http://inspire.ec.europa.eu/schemas/base/3.3": "base",
    "http://inspire.ec.europa.eu/schemas/bu-base/4.0": "bu-base",
    "http://inspire.ec.europa.eu/schemas/bu-core2d/4.0": "bu-core2d",
    "http://inspire.ec.europa.eu/schemas/cp/4.0": "cp",
    "http://inspire.ec.europa.eu/schemas/gn/4.0": "gn",
}
XLINK = "{http://www.w3.org/1999/xlink}href"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
GML_ID = "{http://www.opengis.net/gml/3.2}id"


def short(element: etree._Element) -> str:
    name = etree.QName(element)
    return f"{NAMESPACES[name.namespace or '']}:{name.localname}"


def faults(element: etree._Element) -> Iterator[str]:
    """What is wrong with a feature or data type, and with everything inside it."""
    own = short(element)
    properties = TYPES[own]
    names = [short(child) for child in element]
    order = [p.name for p in properties]
    unknown = set(names) - set(order)
    if unknown:
        yield f"{own} has no {unknown}"
        return
    if names != sorted(names, key=order.index):
        yield f"{own}: order {names}"
    for p in properties:
        if not p.least <= names.count(p.name) <= p.most:
            yield f"{own}: {names.count(p.name)} of {p.name}"
    by_name = {p.name: p for p in properties}
    for child in element:
        yield from value_faults(child, by_name[short(child)])


def value_faults(element: etree._Element, p: Property) -> Iterator[str]:
    text, href = (element.text or "").strip(), element.get(XLINK) or ""
    if element.get(NIL) == "true":
        if not p.voidable or text or len(element):
            yield f"{p.name} may not be void"
        if not re.fullmatch(
            r"unknown|missing|withheld|other:\w{2,}", element.get("nilReason") or ""
        ):
            yield f"{p.name}: reason {element.get('nilReason')}"
    elif p.kind in TYPES:
        if [short(child) for child in element] != [p.kind]:
            yield f"{p.name} holds {[short(child) for child in element]}"
        for child in element:
            yield from faults(child)
    elif p.kind in CODES:
        start = f"http://inspire.ec.europa.eu/codelist/{p.kind}/"
        if not href.startswith(start) or href[len(start) :] not in CODES[p.kind].split():
            yield f"{p.name}: {href}"
    elif p.kind == "ref":
        if not re.fullmatch(r"#[\w.-]+|urn:uuid:[0-9a-f-]{36}", href):
            yield f"{p.name}: {href}"
    else:
        form = {
            "text": r".+", "whole": r"\d+", "language": r"[a-z]{3}", "id": r"[0-9a-f-]{36}",
            "date": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d)?",
        }[p.kind]  # fmt: skip
        if not re.fullmatch(form, text):
            yield f"{p.name}: {text!r}"


def check(path: Path) -> list[str]:
    """The features' names in order; fails on the first fault."""
    root = etree.parse(str(path)).getroot()
    assert root.tag == "{http://www.opengis.net/gml/3.2}FeatureCollection"
    members = [member[0] for member in root]
    assert [f for feature in members for f in faults(feature)] == []
    ids = [e.get(GML_ID) for e in root.iter() if e.get(GML_ID)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", i or "") for i in ids)
    targets = {e.get(XLINK) for e in root.iter() if (e.get(XLINK) or "").startswith("#")}
    assert {t[1:] for t in targets if t} <= set(ids)
    return [short(feature) for feature in members]


def test_addresses(small_city: None, put: Load, tmp_path: Path) -> None:  # noqa: F811
    here = square(27.0149, 39.0049, 0.0002)
    put("buildings", [feature(here, **building(1, 0)["properties"])])
    path = tmp_path / "a.gml"
    export_inspire(kind="addresses", path=path)
    names = check(path)
    assert names.count("ad:Address") == 5
    assert names[:3] == ["ad:AdminUnitName"] * 3
    assert path.read_text("utf-8").count("<ad:building xlink:href") == 1


def test_buildings_and_parcels(put: Load, tmp_path: Path) -> None:  # noqa: F811
    holed = square(27.003, 39.0012, 0.0004) + square(27.0031, 39.0013, 0.0001)
    buildings = [
        building(1, 27.0012, kullanim="residential"),
        feature(holed, **building(2, 0, ad=None, kat=None, daire=None)["properties"]),
    ]
    put("buildings", buildings)
    put("parcels", [parcel(1, 27.001), parcel(2, 27.002, ada="", kod="77")])
    for kind, name in (("buildings", "bu-core2d:Building"), ("parcels", "cp:CadastralParcel")):
        path = tmp_path / f"{kind}.gml"
        assert export_inspire(kind=kind, path=path).features == 2
        assert check(path) == [name, name]
    text = path.read_text("utf-8")
    assert "<cp:label>149/1</cp:label>" in text
    assert (
        "<cp:nationalCadastralReference>İl/Merkez/Bir/149/1</cp:nationalCadastralReference>" in text
    )
    assert "<cp:nationalCadastralReference>77</cp:nationalCadastralReference>" in text
