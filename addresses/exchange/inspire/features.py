"""Turns features of INSPIRE into rows of plain columns, which mappings then name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from lxml import etree

from addresses.exchange.inspire.names import (
    ADDRESS_STATUS_READ,
    BUILDING_CONDITION_READ,
    GML,
    POSITIONS_READ,
    tag,
)
from addresses.exchange.inspire.reader import child, children, href, last, local, text
from addresses.models.entity import Status

Row = dict[str, str | None]
_UUID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$", re.IGNORECASE)
_IDENTITY = ("uid", "source_id", "code", "status", "valid_from")
_AREA = ("neighbourhood", "neighbourhood_code", "district")
COLUMNS = {
    "Address": (
        *_IDENTITY, *_AREA, "number", "suffix", "postcode", "street", "side", "point_source",
        "building", "parcel",
    ),
    "ThoroughfareName": (
        *_IDENTITY, *_AREA, "name", "street", "street_uid", "kind", "side", "parity",
    ),
    "Building": (*_IDENTITY, *_AREA, "name", "block", "use", "floors", "dwellings"),
    "CadastralParcel": (*_IDENTITY, *_AREA, "cadastral_block", "number", "map_sheet"),
}  # fmt: skip
COMPONENTS = frozenset({"AdminUnitName", "AddressAreaName", "ThoroughfareName", "PostalDescriptor"})
_HIERARCHY = 8  # components within components that are followed


@dataclass(frozen=True)
class Component:
    """An address component: `within` are the ids of those that it is situated in."""

    kind: str
    name: str | None
    code: str | None
    identity: str | None
    level: str
    within: tuple[str, ...]


def identity(feature: etree._Element) -> Row:
    """uid and source_id. Only an identifier of our own namespace is one of our uids."""
    found = child(feature, "inspireId", "Identifier")
    number, namespace = text(found, "localId"), text(found, "namespace")
    if number is None:
        return {"uid": None, "source_id": None}
    ours = namespace == settings.INSPIRE_NAMESPACE and _UUID.fullmatch(number) is not None
    return {"uid": number if ours else None, "source_id": f"{namespace or ''}|{number}"}


def own_values(feature: etree._Element) -> dict[str, str]:
    """What our own exports carry besides the data specification."""
    start = f"{settings.INSPIRE_NAMESPACE}/"
    names = ((e.get("codeSpace") or "", text(e)) for e in feature if e.tag == tag(GML, "name"))
    return {
        space[len(start) :]: value for space, value in names if value and space.startswith(start)
    }


def component(feature: etree._Element) -> Component:
    name = next((e for e in feature.iter() if local(e) == "text"), None)
    if local(feature) == "PostalDescriptor":
        name = child(feature, "postCode")
    return Component(
        kind=local(feature),
        name=text(name),
        code=text(feature, "alternativeIdentifier"),
        identity=identity(feature)["source_id"],
        level=last(href(child(feature, "level"))),
        within=tuple(href(e).removeprefix("#") for e in children(feature, "situatedWithin")),
    )


def address(feature: etree._Element, components: Mapping[str, Component]) -> Row:
    own = own_values(feature)
    row = identity(feature)
    parts = _parts([href(e) for e in children(feature, "component")], components)
    street = parts.get("ThoroughfareName")
    postal = parts.get("PostalDescriptor")
    row |= _area(parts) | _designators(feature)
    row |= {
        "code": text(feature, "alternativeIdentifier"),
        "status": own.get("status")
        or ADDRESS_STATUS_READ.get(last(href(child(feature, "status")))),
        "valid_from": text(feature, "validFrom"),
        "street": street.name if street else None,
        "side": street.identity if street else None,
        "postcode": postal.name if postal else None,
        "point_source": _point_source(feature),
        "building": _uid(href(child(feature, "building"))),
        "parcel": _uid(href(child(feature, "parcel"))),
    }
    return row


def thoroughfare(feature: etree._Element, components: Mapping[str, Component]) -> Row:
    """A street's name; with our own values one side of a street."""
    own = own_values(feature)
    this = component(feature)
    row = identity(feature)
    row |= _area(_parts(list(this.within), components))
    row |= {key: own.get(key) for key in ("kind", "side", "parity")}
    street = own.get("street")
    row |= {"name": this.name, "code": this.code, "street_uid": street}
    row |= {"street": f"{settings.INSPIRE_NAMESPACE}|{street}" if street else None}
    return row | {"status": None, "valid_from": text(feature, "validFrom")}


def building(feature: etree._Element) -> Row:
    own = own_values(feature)
    use = last(href(child(feature, "currentUse", "CurrentUse", "currentUse")))
    condition = last(href(child(feature, "conditionOfConstruction")))
    row = identity(feature) | _own_area(own)
    row |= {
        "name": _inspire_name(feature),
        "use": own.get("use") or use or None,
        "block": own.get("block"),
        "code": own.get("code"),
        "status": own.get("status") or BUILDING_CONDITION_READ.get(condition),
        "valid_from": own.get("valid_from"),
        "floors": text(feature, "numberOfFloorsAboveGround"),
        "dwellings": text(feature, "numberOfDwellings"),
    }
    return row


def parcel(feature: etree._Element) -> Row:
    own = own_values(feature)
    block, _slash, number = (text(feature, "label") or "").rpartition("/")
    row = identity(feature) | _own_area(own)
    row |= {
        "cadastral_block": own.get("cadastral_block", "" if own else block),
        "number": own.get("number") or number,
        "map_sheet": own.get("map_sheet"),
        "code": own.get("code"),
        "status": Status.ACTIVE.value,
        "valid_from": text(feature, "validFrom"),
    }
    if not own:  # of somebody else: the national reference is all there is
        row["code"] = text(feature, "nationalCadastralReference")
    return row


def _inspire_name(feature: etree._Element) -> str | None:
    """gml:name comes before the name of the data specification and hides it."""
    names = (e for e in children(feature, "name") if e.tag != tag(GML, "name"))
    return text(next(names, None), "GeographicalName", "spelling", "SpellingOfName", "text")


def _parts(ids: list[str], components: Mapping[str, Component]) -> dict[str, Component]:
    """The components of an address by kind; of administrative units the lowest."""
    found: dict[str, Component] = {}
    wanted, seen = [i.removeprefix("#") for i in ids], set[str]()
    for _step in range(_HIERARCHY):
        below: list[str] = []
        for name in wanted:
            part = components.get(name)
            if part is None or name in seen:
                continue
            seen.add(name)
            other = found.get(part.kind)
            if other is None or (part.kind == "AdminUnitName" and part.level > other.level):
                found[part.kind] = part
            below += part.within
        wanted = below
    return found


def _area(parts: Mapping[str, Component]) -> Row:
    area, unit = parts.get("AddressAreaName"), parts.get("AdminUnitName")
    return {
        "neighbourhood": area.name if area else None,
        "neighbourhood_code": area.code if area else None,
        "district": unit.name if unit else None,
    }


def _own_area(own: dict[str, str]) -> Row:
    return {key: own.get(key) for key in _AREA}


def _designators(feature: etree._Element) -> Row:
    """House number and what follows it, from the locators of the door."""
    found: dict[str, str] = {}
    for locator in children(feature, "locator"):
        for e in locator.iter():
            if local(e) == "LocatorDesignator":
                kind = last(href(child(e, "type"))) or text(e, "type") or ""
                found.setdefault(kind, text(e, "designator") or "")
    number = found.get("addressNumber") or found.get("addressIdentifierGeneral")
    extensions = ("addressNumberExtension", "addressNumber2ndExtension")
    suffix = "".join(found.get(kind, "") for kind in extensions)
    return {"number": number, "suffix": suffix or None}


def _point_source(feature: etree._Element) -> str | None:
    position = child(feature, "position", "GeographicPosition", "specification")
    return POSITIONS_READ.get(last(href(position)))


def _uid(reference: str) -> str | None:
    match = _UUID.search(reference)
    return match[1] if match else None
