"""Mapping files: how the columns of one source become fields of the register.

They are data (`mappings/<name>.yaml`); `docs/importing.md` describes the format. A mapping has
sections for what it can load (`ENTITIES`); a section reads one layer.
"""

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from addresses.exchange.errors import ImportRefused
from core.rules.text import fold

FOLDER = Path(__file__).parent / "mappings"
ENTITIES = ("boundaries", "streets", "parcels", "buildings", "addresses", "landmarks")
LEVELS = ("PROVINCE", "DISTRICT", "NEIGHBOURHOOD")
FIELDS = {
    "boundaries": {
        "source_id", "name", "code", "postcode", "population", "kind",
        "district", "district_code", "province",
    },
    "streets": {
        "source_id", "uid", "street_id", "street_uid", "name", "kind", "code", "side", "parity",
        "district", "neighbourhood", "neighbourhood_code",
    },
    "addresses": {
        "source_id", "uid", "house_number", "suffix", "unit", "postcode", "code", "status",
        "valid_from", "point_source", "building", "parcel", "side_id", "street", "street_code",
        "street_kind", "district", "neighbourhood", "neighbourhood_code",
    },
    "parcels": {
        "source_id", "uid", "cadastral_block", "number", "map_sheet", "code", "status",
        "valid_from", "district", "neighbourhood", "neighbourhood_code",
    },
    "buildings": {
        "source_id", "uid", "name", "block", "use", "floors", "dwellings", "code", "status",
        "valid_from", "district", "neighbourhood", "neighbourhood_code",
    },
    "landmarks": {
        "source_id", "name", "kind", "district", "neighbourhood", "neighbourhood_code",
    },
}  # fmt: skip
# Columns that speak of persons, folded: no mapping may name one. The register has no place for them.
_PERSONAL = re.compile(
    r"malik|hissedar|hisse_sahi|sahib|owner|tckn|tc_?kimlik|ad_?soyad|soyad|telefon|phone|e_?posta|e_?mail"
    r"|dogum|birth"
)
LINKS = ("code", "name", "point", "constant")


@dataclass(frozen=True)
class Field:
    """Where a value comes from: columns (joined by `join`), the first tag of OSM, a constant."""

    columns: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    constant: str | None = None
    join: str = "|"
    words: MappingType[str, str] | None = None


@dataclass(frozen=True)
class Section:
    """One layer of a file.

    `only` keeps rows by the values of columns or tags, `require` rows that have them at all;
    `optional` columns may be missing from the file.
    """

    entity: str
    layer: str
    level: str
    fields: MappingType[str, Field]
    only: MappingType[str, tuple[str, ...]]
    require: tuple[str, ...]
    optional: tuple[str, ...]
    lon: str
    lat: str
    wkt: str
    link: tuple[str, ...]
    point_source: str
    create_streets: bool

    @property
    def has_geometry(self) -> bool:
        """False where the source has no coordinates at all, as in lists of names and codes."""
        return self.layer != "" or bool(self.lon or self.wkt)

    def columns(self) -> set[str]:
        """Every column that the file must have."""
        named = {c for f in self.fields.values() for c in f.columns}
        return named - set(self.optional) | {c for c in (self.lon, self.lat, self.wkt) if c}

    def keys(self) -> set[str]:
        """What rows are kept by: a column, or a tag inside OSM's column of tags."""
        return {*self.only, *self.require}


@dataclass(frozen=True)
class Constants:
    """Areas that the file does not contain: they are created from the mapping when missing."""

    province: str = ""
    province_code: str = ""
    district: str = ""
    neighbourhood: str = ""
    outline_from_points: bool = False


@dataclass(frozen=True)
class Mapping:
    name: str
    title: str
    source: str
    language: str
    encoding: str
    delimiter: str
    crs: str
    crs_when_missing: str
    clean_names: bool
    areas: Constants
    sections: tuple[Section, ...]

    def sections_for(self, entity: str) -> tuple[Section, ...]:
        """The sections of a kind of import, in file order. Refuses a kind the mapping lacks."""
        found = tuple(section for section in self.sections if section.entity == entity)
        if not found and not (entity == "boundaries" and self.areas.district):
            raise ImportRefused(
                "mapping",
                _("%(name)s has no section %(entity)s.") % {"name": self.name, "entity": entity},
            )
        return found


@cache
def names() -> tuple[str, ...]:
    """The mappings there are, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load(name: str) -> Mapping:
    """The mapping called `name`, or the one in the YAML file of that path.

    Refuses an unknown name (listing those there are) and a file with unknown fields.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    if not path.is_file() or (path.parent == FOLDER and path.stem not in names()):
        raise ImportRefused(
            "mapping",
            _("there is no mapping called %(name)s; there are: %(names)s.")
            % {"name": name, "names": ", ".join(names())},
        )
    try:
        # Every scalar stays text: codes keep their leading zeros.
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506
        return _mapping(path.stem, data)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ImportRefused("mapping", f"{path.name}: {error}") from error


def _mapping(name: str, data: dict[str, Any]) -> Mapping:
    areas = dict(data.get("areas", {}))
    outline = areas.pop("outline_from_points", "false") == "true"
    return Mapping(
        name=name,
        title=data.get("title", name),
        source=data["source"],
        language=data.get("language", "tr"),
        encoding=data.get("encoding", "windows-1254"),
        delimiter=data.get("delimiter", ""),
        crs=data.get("crs", "EPSG:4326"),
        crs_when_missing=data.get("crs_when_missing", ""),
        clean_names=data.get("names", "cleaned") != "as_written",
        areas=Constants(outline_from_points=outline, **areas),
        sections=tuple(
            _section(entity, section) for entity in ENTITIES for section in data.get(entity, [])
        ),
    )


def _section(entity: str, data: dict[str, Any]) -> Section:
    fields = {name: _field(spec) for name, spec in data["fields"].items()}
    unknown = sorted(set(fields) - FIELDS[entity])
    if unknown:
        raise ValueError(_("unknown fields: %(names)s") % {"names": ", ".join(unknown)})
    _check_personal(fields)
    level = data.get("level", "")
    if entity == "boundaries" and level not in LEVELS:
        raise ValueError(_("level must be one of %(names)s") % {"names": ", ".join(LEVELS)})
    link = tuple(data.get("link", ["code", "name"]))
    if set(link) - set(LINKS):
        raise ValueError(_("link may hold %(names)s") % {"names": ", ".join(LINKS)})
    return Section(
        entity=entity,
        layer=data.get("layer", ""),
        level=level,
        fields=fields,
        only={k: tuple([v] if isinstance(v, str) else v) for k, v in data.get("only", {}).items()},
        require=tuple(data.get("require", [])),
        optional=tuple(data.get("optional", [])),
        lon=data.get("lon", ""),
        lat=data.get("lat", ""),
        wkt=data.get("wkt", ""),
        link=link,
        point_source=data.get("point_source", "UNKNOWN"),
        create_streets=data.get("create_streets", "false") == "true",
    )


def _check_personal(fields: MappingType[str, Field]) -> None:
    """Owners and other persons stay in the file, whatever a mapping says."""
    for field in fields.values():
        for column in (*field.columns, *field.tags):
            if _PERSONAL.search(fold(column).replace(" ", "_")):
                raise ValueError(
                    _("%s holds personal data, which the register does not keep") % column
                )


def _field(spec: Any) -> Field:
    if isinstance(spec, str):
        return Field(columns=(spec,))
    words = spec.get("words")
    if "constant" in spec:
        return Field(constant=spec["constant"], words=words)
    if "tag" in spec:
        tags = spec["tag"]
        return Field(tags=tuple([tags] if isinstance(tags, str) else tags), words=words)
    columns = spec["columns"] if "columns" in spec else [spec["column"]]
    return Field(columns=tuple(columns), join=spec.get("join", "|"), words=words)
