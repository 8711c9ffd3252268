"""Finds the area that a row speaks of: by code, by name, by point; or creates it from constants."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.gis.geos import MultiPolygon

from addresses.exchange.mapping import Mapping
from addresses.exchange.notes import Summary
from addresses.models import ChangeSet, District, Neighbourhood, Province
from addresses.models.entity import LIVING
from core.rules.text import key


@dataclass(frozen=True)
class Found:
    """An area and the way that led to it: `code`, `name`, `only`; `ambiguous` when several fit."""

    id: int | None
    how: str


class Directory:
    """The areas of one level by code and by name. `own` source wins where names repeat."""

    def __init__(self, model: type[Province | District | Neighbourhood], source: str) -> None:
        parent = {"District": "province_id", "Neighbourhood": "district_id"}.get(model.__name__)
        columns = ["id", "code", "name_key", "source", parent or "id"]
        self._source = source
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        self._own: list[int] = []
        rows = model.objects.filter(status__in=LIVING).order_by("id").values_list(*columns)
        for area_id, code, name_key, area_source, parent_id in rows:
            if code:
                self._by_code.setdefault(code, area_id)
            self._by_name[name_key].append((area_id, area_source, parent_id))
            if area_source == source:
                self._own.append(area_id)

    def find(self, *, code: str = "", name: str = "", parent: int | None = None) -> Found:
        """By code, else by name (inside `parent` if given)."""
        if code and code in self._by_code:
            return Found(self._by_code[code], "code")
        rows = self._by_name.get(key(name), []) if name else []
        if parent is not None:
            rows = [row for row in rows if row[2] == parent]
        if len(rows) > 1:
            rows = [row for row in rows if row[1] == self._source] or rows
        if len(rows) == 1:
            return Found(rows[0][0], "name")
        return Found(None, "ambiguous" if rows else "unknown")

    def only(self) -> Found:
        """The single area of this source, for files that do not name the parent."""
        if len(self._own) == 1:
            return Found(self._own[0], "only")
        return Found(None, "ambiguous" if self._own else "unknown")


def ensure_constants(mapping: Mapping, change_set: ChangeSet, summary: Summary) -> int | None:
    """Creates the areas that the mapping names itself. Gives the neighbourhood's id, if any."""
    areas = mapping.areas
    if not areas.district:
        return None
    common = {"source": mapping.source, "change_set": change_set}
    province, new_province = Province.objects.get_or_create(
        source=mapping.source,
        source_id="province",
        defaults=common
        | {
            "name": areas.province,
            "name_key": key(areas.province),
            "code": areas.province_code,
            "language": mapping.language,
        },
    )
    district, new_district = District.objects.get_or_create(
        source=mapping.source,
        source_id="district",
        defaults=common
        | {"name": areas.district, "name_key": key(areas.district), "province": province},
    )
    name = areas.neighbourhood or areas.district
    neighbourhood, new_neighbourhood = Neighbourhood.objects.get_or_create(
        source=mapping.source,
        source_id="neighbourhood",
        defaults=common | {"name": name, "name_key": key(name), "district": district},
    )
    for entity, new in (
        ("province", new_province),
        ("district", new_district),
        ("neighbourhood", new_neighbourhood),
    ):
        summary.count(entity, inserted=int(new), unchanged=int(not new))
    return neighbourhood.pk


def outline(mapping: Mapping, outlines: MultiPolygon, change_set: ChangeSet) -> int:
    """Gives the areas of constants an outline where they have none; how many got one."""
    updated = 0
    for areas in (Province.objects.all(), District.objects.all(), Neighbourhood.objects.all()):
        updated += areas.filter(geom__isnull=True, source=mapping.source).update(
            geom=outlines, change_set=change_set
        )
    return updated
