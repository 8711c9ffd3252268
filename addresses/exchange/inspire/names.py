"""Namespaces and code lists of INSPIRE: Addresses, Buildings (core 2D), Cadastral Parcels, all 4.0
on the base types 3.3."""

from typing import Final

GML: Final = "http://www.opengis.net/gml/3.2"
XLINK: Final = "http://www.w3.org/1999/xlink"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMAS = "http://inspire.ec.europa.eu/schemas/"
AD = _SCHEMAS + "ad/4.0"
BASE = _SCHEMAS + "base/3.3"  # what all of these import
BU = _SCHEMAS + "bu-base/4.0"
BU2D = _SCHEMAS + "bu-core2d/4.0"
CP = _SCHEMAS + "cp/4.0"
GN = _SCHEMAS + "gn/4.0"
PREFIXES = {
    "gml": GML, "xlink": XLINK, "xsi": XSI, "ad": AD, "base": BASE, "bu-base": BU,
    "bu-core2d": BU2D, "cp": CP, "gn": GN,
}  # fmt: skip
# Other versions of the schemas differ in their namespace, not in what is read here.
FAMILIES = (_SCHEMAS, "https://inspire.ec.europa.eu/schemas/", "urn:x-inspire:specification:gmlas:")

CODE_LISTS = "http://inspire.ec.europa.eu/codelist/"
# What is written: degrees, latitude first, as the authority has it.
SRS = "http://www.opengis.net/def/crs/EPSG/0/4326"
LANGUAGES = {"tr": "tur", "de": "deu", "en": "eng"}

# Status → code list value. Where two of ours share a value the entry carries ours besides.
ADDRESS_STATUS = {
    "PROPOSED": "proposed", "RESERVED": "reserved", "UNDER_CONSTRUCTION": "reserved",
    "ACTIVE": "current", "RETIRED": "retired",
}  # fmt: skip
BUILDING_CONDITION = {
    "PROPOSED": "projected", "RESERVED": "projected", "UNDER_CONSTRUCTION": "underConstruction",
    "ACTIVE": "functional", "RETIRED": "demolished",
}  # fmt: skip
ADDRESS_STATUS_READ = {
    "proposed": "PROPOSED", "reserved": "RESERVED", "current": "ACTIVE", "alternative": "ACTIVE",
    "retired": "RETIRED",
}  # fmt: skip
BUILDING_CONDITION_READ = {
    "projected": "PROPOSED", "underConstruction": "UNDER_CONSTRUCTION", "functional": "ACTIVE",
    "ruin": "ACTIVE", "demolished": "RETIRED", "declined": "REJECTED",
}  # fmt: skip
# Where a point is → specification and method; UNKNOWN is void.
POSITIONS = {
    "ENTRANCE": ("entrance", "byAdministrator"),
    "BUILDING": ("building", "fromFeature"),
    "PARCEL": ("parcel", "fromFeature"),
    "INTERPOLATED": ("segment", "fromFeature"),
}
POSITIONS_READ = {specification: ours for ours, (specification, _m) in POSITIONS.items()}
CURRENT_USES = frozenset(
    {
        "residential", "individualResidence", "collectiveResidence", "twoDwellings",
        "moreThanTwoDwellings", "residenceForCommunities", "agriculture", "industrial",
        "commerceAndServices", "office", "trade", "publicServices", "ancillary",
    }
)  # fmt: skip


def tag(namespace: str, name: str) -> str:
    """A name as lxml writes it."""
    return f"{{{namespace}}}{name}"


def code_value(list_name: str, value: str) -> str:
    """The URI of a value of a code list."""
    return f"{CODE_LISTS}{list_name}/{value}"
