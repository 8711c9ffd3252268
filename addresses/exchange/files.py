"""Which files may be read at all: local regular files of known formats, named by staff."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from addresses.exchange.errors import ImportRefused

# Format by ending, with the bytes that such a file begins with (GeoJSON begins with a brace).
_FORMATS: dict[str, tuple[str, bytes]] = {
    ".gpkg": ("GPKG", b"SQLite format 3\x00"),
    ".geojson": ("GeoJSON", b"{"),
    ".gml": ("GML", b"<"),
    ".shp": ("ESRI Shapefile", b"\x00\x00\x27\x0a"),
    ".osm.pbf": ("OSM", b""),
    ".pbf": ("OSM", b""),
    ".csv": ("CSV", b""),
    ".csv.gz": ("CSV", b"\x1f\x8b"),
    ".parquet": ("Parquet", b"PAR1"),
}
VECTOR_FORMATS = frozenset({"GPKG", "GeoJSON", "ESRI Shapefile", "OSM"})
_REMOTE = re.compile(r"^\s*(/vsi|[a-z][a-z0-9+.\-]+:)", re.IGNORECASE)
_SIBLINGS = (".dbf", ".shx", ".prj", ".cpg")


@dataclass(frozen=True)
class SourceFile:
    """A file that may be read. `format` is one of the names of the allow-list."""

    path: Path
    format: str
    sha256: str


def accept(name: str) -> SourceFile:
    """Checks a file named by staff. Refuses URLs and GDAL's virtual paths, whatever is no regular
    file, unknown formats, empty files, and files that are not what their ending says.
    """
    if _REMOTE.match(name):
        raise ImportRefused("file", _("only a local file can be imported, not %s.") % name)
    path = Path(name)
    if not path.exists():
        raise ImportRefused("file", _("%s does not exist.") % name)
    if not path.is_file():
        raise ImportRefused("file", _("%s is not a regular file.") % name)
    lower = path.name.lower()
    ending = next((e for e in sorted(_FORMATS, key=len, reverse=True) if lower.endswith(e)), "")
    if not ending:
        raise ImportRefused(
            "file",
            _("%(name)s has an unknown format; these can be read: %(formats)s.")
            % {"name": path.name, "formats": ", ".join(_FORMATS)},
        )
    driver, magic = _FORMATS[ending]
    with path.open("rb") as stream:
        start = stream.read(512)
    if not start:
        raise ImportRefused("file", _("%s is empty.") % path.name)
    if not start.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(magic):
        raise ImportRefused(
            "file",
            _("%(name)s is not a %(format)s file.") % {"name": path.name, "format": driver},
        )
    return SourceFile(path.resolve(), driver, digest(path))


def digest(path: Path) -> str:
    """SHA-256 of the file; of a shapefile together with its sibling files."""
    paths = [path]
    if path.suffix.lower() == ".shp":
        paths += [p for e in _SIBLINGS if (p := path.with_suffix(e)).is_file()]
    sums = hashlib.sha256()
    for part in paths:
        with part.open("rb") as stream:
            while block := stream.read(1 << 20):
                sums.update(block)
    return sums.hexdigest()


def is_sibling(path: Path) -> bool:
    """Whether a file only belongs to a shapefile beside it."""
    return path.suffix.lower() in _SIBLINGS and path.with_suffix(".shp").exists()
