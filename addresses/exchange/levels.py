"""The SQL that merges staged areas, composed for each level from its own columns.

Only names from this module enter the text; values are parameters.
"""

from dataclasses import dataclass

from addresses.models import District, Neighbourhood, Province


@dataclass(frozen=True)
class Level:
    """One level of areas: its table, the link to the level above, the columns it has besides."""

    model: type[Province | District | Neighbourhood]
    parent: type[Province | District] | None
    parent_column: str
    texts: tuple[str, ...]
    population: bool = True
    kind: bool = False

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def update(self) -> str:
        """Changes areas that really differ. Parameter: change set.

        A record of another source is completed, not overwritten; nothing is blanked out.
        """
        values = {c: f"CASE WHEN s.own THEN s.{c} ELSE t.{c} END" for c in ("name", "name_key")}
        for c in self.texts:
            values[c] = (
                f"CASE WHEN s.own THEN coalesce(s.{c}, t.{c})"
                f" ELSE coalesce(nullif(t.{c}, ''), s.{c}, '') END"
            )
        if self.population:
            values["population"] = (
                "CASE WHEN s.own THEN coalesce(s.population, t.population)"
                " ELSE coalesce(t.population, s.population) END"
            )
        if self.kind:
            values["kind"] = "CASE WHEN s.own THEN coalesce(s.kind, t.kind) ELSE t.kind END"
        values["geom"] = (
            "CASE WHEN s.own THEN coalesce(s.geom, t.geom) ELSE coalesce(t.geom, s.geom) END"
        )
        if self.parent_column:
            c = self.parent_column
            values[c] = f"CASE WHEN s.own THEN s.parent_id ELSE t.{c} END"
        sets = ", ".join(f"{column} = {text}" for column, text in values.items())
        old = ", ".join(f"t.{column}" for column in values)
        new = ", ".join(values.values())
        return (
            f"UPDATE {self.table} t SET {sets}, version = t.version + 1, change_set_id = %(change_set)s"  # noqa: S608
            f" FROM staged_area s WHERE t.id = s.area_id AND ({old}) IS DISTINCT FROM ({new})"
        )

    def insert(self) -> str:
        """Adds new areas. Parameters: source, change set, language (of a province)."""
        values = {"name": "s.name", "name_key": "s.name_key", "geom": "s.geom"}
        values |= {c: f"coalesce(s.{c}, '')" for c in self.texts}
        if self.population:
            values["population"] = "s.population"
        if self.kind:
            values["kind"] = "coalesce(s.kind, 'URBAN')"
        if self.parent_column:
            values[self.parent_column] = "s.parent_id"
        if self.parent is None:
            values["language"] = "%(language)s"
        return (
            f"INSERT INTO {self.table} (source, source_id, change_set_id, {', '.join(values)})"  # noqa: S608
            f" SELECT %(source)s, s.source_id, %(change_set)s, {', '.join(values.values())}"
            " FROM staged_area s WHERE s.area_id IS NULL ORDER BY s.row"
        )

    def note_outside_parent(self) -> str:
        """A conflict for each area whose inner point lies outside its parent's polygon.

        Parameters: entity, source.
        """
        assert self.parent is not None
        return (
            "INSERT INTO import_note (row, outcome, reason, field, detail, entity, entity_id, geom)"  # noqa: S608
            " SELECT s.row, 'CONFLICT', 'outside_parent', 'geometry', s.name, %(entity)s, t.id,"
            f" ST_PointOnSurface(s.geom) FROM staged_area s JOIN {self.table} t"
            " ON t.source = %(source)s AND t.source_id = s.source_id"
            f" JOIN {self.parent._meta.db_table} p ON p.id = t.{self.parent_column}"
            " WHERE NOT ST_Intersects(p.geom, ST_PointOnSurface(s.geom))"
        )


LEVELS = {
    "PROVINCE": Level(Province, None, "", ("code",), population=False),
    "DISTRICT": Level(District, Province, "province_id", ("code",)),
    "NEIGHBOURHOOD": Level(Neighbourhood, District, "district_id", ("code", "postcode"), kind=True),
}
