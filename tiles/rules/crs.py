"""The coordinate reference systems that features are told and asked in (OGC API Features, Part 2)."""

from dataclasses import dataclass

from tiles.rules.matrices import CRS84

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@dataclass(frozen=True)
class Crs:
    """`flipped`: its own order of axes is northing (latitude) before easting. `digits` of a coordinate
    behind the point are a tenth of a millimetre, or less."""

    uri: str
    srid: int
    title: str
    flipped: bool = False
    digits: int = 4

    @property
    def degrees(self) -> bool:
        return self.srid == 4326


LON_LAT = Crs(CRS84, 4326, "WGS 84 (longitude, latitude)", digits=9)
_ALL = (
    LON_LAT,
    Crs(f"{_EPSG}4326", 4326, "WGS 84 (latitude, longitude)", flipped=True, digits=9),
    Crs(f"{_EPSG}3857", 3857, "WGS 84 / Pseudo-Mercator"),
    # The three-degree zones of Türkiye.
    *(
        Crs(f"{_EPSG}{5253 + n}", 5253 + n, f"TUREF / TM{27 + 3 * n}", flipped=True)
        for n in range(7)
    ),
)
SYSTEMS = {crs.uri: crs for crs in _ALL}
_SHORT = {f"EPSG:{crs.srid}": crs for crs in _ALL if crs is not LON_LAT} | {
    "CRS84": LON_LAT,
    "OGC:CRS84": LON_LAT,
}


def crs_of(text: str) -> Crs:
    """By its URI, its CURIE in brackets, or as `EPSG:5254`. Raises ValueError."""
    found = SYSTEMS.get(text) or _SHORT.get(text.removeprefix("[").removesuffix("]").upper())
    if found is None:
        raise ValueError(text)
    return found
