"""A collection of features: what a viewer sees of it, as SQL over a row that is called `t`.

Nothing but what stands here can be asked for: the names of the properties are the whitelist of
filters, orders and choices, and the conditions of the source hold for items, counts and single ones.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from accounts.rules.viewer import Reach, Viewer
from tiles.features.writes import Writes

Kind = Literal["text", "uuid", "integer", "number", "boolean", "date", "instant", "object"]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Property:
    """One property. `sql` is what is compared and sorted, `out` (over `t` and the shape's joins) what
    is told, where that is something else.

    `key`: SQL of the folded key that is stored beside a text (`core.rules.text.key`): then only keys are
    compared. `equal`: a faster way of =, <> and IN: a column, and the SQL of what it is compared with
    (`{}` is the value). `queryable`: whether a filter may name it.
    """

    name: str
    type: Kind
    title: Any
    sql: str
    out: str = ""
    key: str = ""
    equal: tuple[str, str] | None = None
    choices: tuple[tuple[str, Any], ...] = ()
    description: Any = ""
    nullable: bool = True
    blank: bool = False
    queryable: bool = True

    @property
    def told(self) -> str:
        return self.out or self.sql

    @property
    def sortable(self) -> bool:
        return self.queryable and self.type != "object"


@dataclass(frozen=True)
class Geometry:
    """`type` is GeoJSON's ("Geometry": any). `sql` is the geometry in EPSG:4326 as it is told, which is
    what filters see too; `mercator` the same in EPSG:3857, where it is stored. `index`: a column in
    EPSG:3857 that has an index, of what lies within `reach` units of the geometry told."""

    type: str
    sql: str = "t.geom"
    mercator: str = ""
    index: str = ""
    reach: float = 0


@dataclass(frozen=True)
class Asking:
    """Who asks for what: `parameters` are those of the collection, validated; `day`: as of when; `reach`:
    the area that a program is limited to."""

    viewer: Viewer
    parameters: Mapping[str, Any] = field(default_factory=dict)
    day: Any = None
    reach: Reach | None = None


@dataclass(frozen=True)
class Source:
    """Where the rows are read: `table` stands in FROM as `t`. `values` are the named parameters of both.
    `version` gives a name of the state of the data: what was counted under it still holds."""

    table: str
    conditions: Sequence[str] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    version: Callable[[], str] | None = None


def by_uid(text: str) -> tuple[str, UUID] | None:
    """`Shape.find` where the id of a feature is the uid of its row."""
    try:
        return "t.uid = {}", UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Shape:
    """What a viewer sees of a collection.

    `id` is the SQL of a feature's id; `find` gives a condition and its value for an id, None where there
    can be none. `order` is unique, never NULL, never changes and has an index: pages go by it; its type is
    `order_type`. `mask` makes the ids that are told from those of the database, where they are secret.
    `time`: SQL of the first and the last moment that `datetime` is compared with. `unless`: conditions that
    hold as long as nobody asks for the property. `joins` are needed by what is told.
    """

    properties: tuple[Property, ...]
    source: Callable[[Asking], Source]
    id: str
    find: Callable[[str], tuple[str, Any] | None]
    geometry: Geometry | None = None
    order: str = "t.id"
    order_type: Literal["integer", "text"] = "integer"
    mask: Callable[[Sequence[str]], list[str]] | None = None
    time: tuple[str, str] | None = None
    time_type: Literal["date", "instant"] = "instant"
    unless: Mapping[str, str] = field(default_factory=dict)
    joins: str = ""

    @cached_property
    def by_name(self) -> dict[str, Property]:
        return {p.name: p for p in self.properties}


@dataclass(frozen=True)
class Collection:
    """`shape` gives what a viewer sees, None: for them there is no such collection.

    `parameters` are query parameters of its own with what validates them (raising ValueError), as those of
    a layer of tiles are. `historical`: it is also told as of a day. `bounds`: degrees; `period`: its first and last
    day, None where open. `extracts`: addresses of files of the whole collection, by media type. `public`: everybody
    sees something of it. `scope`: what a program needs to ask for it.
    `writes`: how changes are proposed. `missed` is called with the id of a feature that was not found, where the time of
    that must not tell whether there is one which the viewer does not see.
    """

    name: str
    title: Any
    description: Any
    shape: Callable[[Viewer], Shape | None]
    geometry: str = ""
    parameters: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)
    historical: bool = False
    bounds: Callable[[], Bounds | None] | None = None
    period: Callable[[Viewer], tuple[Any, Any] | None] | None = None
    extracts: Callable[[], Mapping[str, str]] | None = None
    public: bool = True
    scope: str = ""
    writes: Writes | None = None
    missed: Callable[[Viewer, str], None] | None = None
