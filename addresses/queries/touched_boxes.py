"""Where a change set touched the map."""

from addresses.conf import CONF
from addresses.models import ChangeSet
from core.queries import sql
from tiles.rules.regions import Box


def touched_boxes(change_set: ChangeSet) -> list[Box] | None:
    """Boxes in degrees (EPSG:4326) around everything that the set made, changed or retired, before
    and after; None where that may be everywhere: it changed an area, or very many records."""
    most = CONF.touched_boxes_max
    rows = sql.run("addresses", "touched_boxes", {"change_set": change_set.pk, "most": most + 1})
    boxes = [(r["west"], r["south"], r["east"], r["north"]) for r in rows]
    return None if len(boxes) > most or any(west is None for west, *_ in boxes) else boxes
