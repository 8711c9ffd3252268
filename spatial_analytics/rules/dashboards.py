"""What a dashboard may consist of: tiles on twelve columns, each a question and a way to draw it.

A layout is JSON that people arrange on the screen; what is wrong with it is said for all tiles at once.
Languages of the page do not change a layout: a tile without a title is called by what it shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from spatial_analytics.rules.indicators import BUILT_IN, FILTERS, TIMES, Indicator
from spatial_analytics.rules.question import BadQuestion, read
from spatial_analytics.rules.thematic import read_map

COLUMNS = 12
ROWS = 6
MOST_TILES = 24
LONGEST_TITLE = 120
LONGEST_TEXT = 2000
#: Parts of time that lie one after the other: a line may be drawn along them.
RUNNING = tuple(name for name in TIMES if name != "weekday")
#: What the bar above a dashboard says for all of its tiles.
PERIOD_NAMES = ("period", "days", "from", "to")
BAR = (*PERIOD_NAMES, "compare", *FILTERS)
_MAP_WORDS = ("level", "show", "of", "per", "scheme", "classes", "colours")


@dataclass(frozen=True)
class Kind:
    """How a figure is drawn: how many indicators and dimensions that takes, as (least, most)."""

    code: str
    indicators: tuple[int, int] = (1, 1)
    dimensions: tuple[int, int] = (1, 1)
    first: tuple[str, ...] = ()  # what the first dimension must be one of
    second_or_more: bool = False  # a second dimension, or more than one indicator
    width: int = 6
    height: int = 2


KINDS: dict[str, Kind] = {
    one.code: one
    for one in (
        Kind("figure", dimensions=(0, 1), first=RUNNING, width=3, height=1),
        Kind("bar", (1, 4), (1, 2)),
        Kind("stacked", (1, 4), (1, 2), second_or_more=True),
        Kind("line", (1, 4), (1, 2), first=RUNNING),
        Kind("pie"),
        Kind("calendar", first=("day",), width=12),
        Kind("funnel", (1, 8), (0, 1)),
        Kind("box", (5, 5)),
        Kind("gauge", (1, 2), (0, 0), width=3),
        Kind("multiples", (1, 6), (1, 2), first=RUNNING, second_or_more=True, width=12, height=3),
        Kind("table", (1, 10), (0, 2), width=12),
        Kind("map", dimensions=(0, 0)),
        Kind("text", (0, 0), (0, 0)),
    )
}


@dataclass(frozen=True)
class Tile:
    """`question` is the tile's own as URL parameters, `indicator` being a list of codes; what it says
    of BAR is fast, for the rest the dashboard's bar is asked. `most`: how many bars are drawn, 0 as
    many as there is room for."""

    kind: str
    title: str = ""
    question: Mapping[str, str] = field(default_factory=dict)
    width: int = 6
    height: int = 2
    text: str = ""
    target: float | None = None
    most: int = 0

    @property
    def drawn(self) -> int:
        """How many bars are drawn at most."""
        return self.most or 6 * self.height - 2

    @property
    def indicators(self) -> tuple[str, ...]:
        return tuple(filter(None, self.question.get("indicator", "").split(",")))

    @property
    def by(self) -> tuple[str, ...]:
        return tuple(filter(None, self.question.get("by", "").split(",")))

    def as_json(self) -> dict[str, Any]:
        """As it is stored; what is as usual is left out."""
        usual = Tile(self.kind)
        names = ("title", "question", "width", "height", "text", "target", "most")
        values = {name: getattr(self, name) for name in names}
        return {"kind": self.kind} | {
            name: dict(value) if name == "question" else value
            for name, value in values.items()
            if value != getattr(usual, name) or name in ("width", "height")
        }

    def asked(self, bar: Mapping[str, str]) -> dict[str, str]:
        """The tile's question within what the bar says, one for all of its indicators. A tile that
        tells groups apart shows all of them, also where the bar has chosen one."""
        own_period = any(name in self.question for name in PERIOD_NAMES)
        general = {
            name: value
            for name, value in bar.items()
            if value and name not in self.by[:1] and not (own_period and name in PERIOD_NAMES)
        }
        return general | {name: value for name, value in self.question.items() if value}


@dataclass(frozen=True)
class Layout:
    """Tiles in reading order, and what the bar says when it says nothing."""

    tiles: tuple[Tile, ...] = ()
    bar: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"tiles": [tile.as_json() for tile in self.tiles], "bar": dict(self.bar)}


class BadLayout(ValueError):
    """`faults` maps a place such as `tiles.3.width` to what is wrong there, in words."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("; ".join(f"{place}: {fault}" for place, fault in faults.items()))
        self.faults = faults


def read_layout(
    data: Any, *, today: date, indicators: Mapping[str, Indicator] = BUILT_IN
) -> Layout:
    """From JSON. Raises `BadLayout`."""
    if not isinstance(data, Mapping) or not isinstance(data.get("tiles"), list):
        raise BadLayout({"tiles": _("a list of tiles")})
    if len(data["tiles"]) > MOST_TILES:
        raise BadLayout({"tiles": _("at most %(n)d tiles") % {"n": MOST_TILES}})
    faults: dict[str, str] = {}
    tiles = []
    for number, one in enumerate(data["tiles"]):
        reader = _TileReader(one if isinstance(one, Mapping) else {}, today, indicators)
        tiles.append(reader.tile())
        faults |= {f"tiles.{number}.{place}": fault for place, fault in reader.faults.items()}
    try:
        bar = read_bar(data.get("bar") or {}, today=today)
    except BadQuestion as error:
        faults[f"bar.{error.field}"] = error.reason
        bar = {}
    if faults:
        raise BadLayout(faults)
    return Layout(tuple(tiles), bar)


def read_stored(data: Any, *, today: date) -> Layout:
    """A layout that was right when it was stored: tiles that can no longer be read are left out."""
    try:
        return read_layout(data, today=today)
    except BadLayout as error:
        tiles = data.get("tiles") if isinstance(data, Mapping) else None
        if not isinstance(tiles, list):
            return Layout()
        bad = {place.split(".")[1] for place in error.faults if place.startswith("tiles.")}
        kept = [one for number, one in enumerate(tiles) if str(number) not in bad]
        whole = not any(place.startswith("bar.") for place in error.faults)
        return read_layout(
            {"tiles": kept[:MOST_TILES], "bar": data.get("bar") if whole else {}}, today=today
        )


def read_bar(query: Any, *, today: date) -> dict[str, str]:
    """What a bar says, of URL parameters. Raises `BadQuestion`."""
    if not isinstance(query, Mapping):
        raise BadQuestion("bar", _("names and values"))
    said = {name: str(query[name]) for name in BAR if query.get(name)}
    read(said, today=today)
    return said


class _TileReader:
    """Reads one tile and gathers what is wrong with it."""

    def __init__(
        self, data: Mapping[str, Any], today: date, indicators: Mapping[str, Indicator]
    ) -> None:
        self.data = data
        self.today = today
        self.known = indicators
        self.faults: dict[str, str] = {}

    def tile(self) -> Tile:
        kind = KINDS.get(str(self.data.get("kind")))
        if kind is None:
            self.faults["kind"] = _("one of: %(names)s") % {"names": ", ".join(KINDS)}
            kind = KINDS["text"]
        tile = Tile(
            kind=kind.code,
            title=self.words("title", LONGEST_TITLE),
            question=self.question(),
            width=self.whole("width", kind.width, 1, COLUMNS),
            height=self.whole("height", kind.height, 1, ROWS),
            text=self.words("text", LONGEST_TEXT),
            target=self.target(),
            most=self.whole("most", 0, 0, 100),
        )
        if kind.code == "text" and not tile.text and "kind" not in self.faults:
            self.faults["text"] = _("write something")
        if kind.code != "text" and "question" not in self.faults:
            self.check(tile, kind)
        return tile

    def words(self, name: str, longest: int) -> str:
        value = self.data.get(name) or ""
        if not isinstance(value, str) or len(value) > longest:
            self.faults[name] = _("a text of at most %(n)d characters") % {"n": longest}
            return ""
        return value.strip()

    def whole(self, name: str, usual: int, least: int, most: int) -> int:
        value = self.data.get(name, usual)
        if type(value) is not int or not least <= value <= most:
            self.faults[name] = _("a whole number from %(least)d to %(most)d") % {
                "least": least, "most": most,
            }  # fmt: skip
            return usual
        return value

    def target(self) -> float | None:
        value = self.data.get("target")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
            self.faults["target"] = _("a number above zero")
            return None
        return value

    def question(self) -> dict[str, str]:
        value = self.data.get("question") or {}
        allowed = {"indicator", "by", *BAR, *_MAP_WORDS}
        if not isinstance(value, Mapping) or not all(
            name in allowed and isinstance(said, str) and len(said) < 200
            for name, said in value.items()
        ):
            self.faults["question"] = _("indicator, by and filters, as in an address")
            return {}
        return dict(value)

    def check(self, tile: Tile, kind: Kind) -> None:
        """Whether its figures can be asked for, and drawn so."""
        codes = tile.indicators
        unknown = [code for code in codes if code not in self.known]
        if unknown:
            self.faults["question.indicator"] = _("not known: %(codes)s") % {
                "codes": ", ".join(unknown)[:80]
            }
        elif not kind.indicators[0] <= len(codes) <= kind.indicators[1]:
            self.faults["question.indicator"] = _number(*kind.indicators)
        else:
            for code in codes:
                try:
                    if kind.code == "map":
                        read_map(tile.question, today=self.today)
                    asked = {**tile.question, "indicator": code}
                    read(asked, today=self.today, indicators=self.known)
                except BadQuestion as error:
                    self.faults[f"question.{error.field}"] = error.reason
        if not kind.dimensions[0] <= len(tile.by) <= kind.dimensions[1]:
            self.faults["question.by"] = _number(*kind.dimensions)
        elif tile.by and kind.first and tile.by[0] not in kind.first:
            self.faults["question.by"] = _("begin with one of: %(names)s") % {
                "names": ", ".join(kind.first)
            }
        elif kind.second_or_more and len(tile.by) < 2 and len(codes) < 2:
            self.faults["question.by"] = _("a second dimension, or a second indicator")
        elif len(tile.by) > 1 and len(codes) > 1 and kind.code != "table":
            self.faults["question.by"] = _("one dimension where there are several indicators")
        elif kind.code == "funnel" and not tile.by and len(codes) < 2:
            self.faults["question.indicator"] = _number(2, kind.indicators[1])


def _number(least: int, most: int) -> str:
    if least == most:
        return _("exactly %(n)d") % {"n": least}
    return _("from %(least)d to %(most)d") % {"least": least, "most": most}
