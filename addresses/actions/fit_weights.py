"""Fitting the geocoder's weights to a labelled file, and keeping them with where they came from."""

import hashlib
import json
import os
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from addresses.conf import CONF
from addresses.exchange.errors import ImportRefused
from addresses.exchange.sheets import open_sheet
from addresses.geocoder.fitting import Fitted, Fitter, Labelled, cross_validated
from addresses.geocoder.weights import Weights, in_use
from addresses.models import Address
from addresses.models.entity import LIVING
from addresses.queries import fitted_weights, names
from addresses.queries.at_point import at_point
from addresses.queries.doors import DatabaseRegister

_NEAR_M = 25.0  # a door further from its labelled point is another door
_FAULTS_SHOWN = 10


@dataclass(frozen=True)
class Report:
    """What fitting found. `path` is the new file; None where the weights in use are kept."""

    fitted: Fitted
    texts: int
    doors: int
    path: Path | None


def labelled(data: bytes) -> list[Labelled]:
    """The rows of a CSV or XLSX with the columns `query`, and `uid` (of a door) or `lon` and `lat`
    (degrees, EPSG:4326) of the right door: empty where a text means no door that there is. Raises
    ImportRefused naming column or rows.
    """
    sheet = open_sheet(data)
    columns = {name.strip().lower(): place for place, name in enumerate(sheet.header)}
    by_uid = "uid" in columns
    for name in ("query", *(["uid"] if by_uid else ["lon", "lat"])):
        if name not in columns:
            raise ImportRefused(name, _("The file lacks this column."))
    texts, faults = [], []
    for number, row in enumerate(sheet.rows, 2):
        cell = {name: row[place].strip() for name, place in columns.items()}
        if not any(cell.values()):
            continue
        try:
            if not cell["query"]:
                raise ValueError(_("query: it is empty"))
            door = _by_uid(cell["uid"]) if by_uid else _at(cell["lon"], cell["lat"])
            texts.append(Labelled(cell["query"][: CONF.query_max], door))
        except ValueError as error:
            faults.append(_("Row %(row)s: %(fault)s.") % {"row": number, "fault": error})
    if faults:
        more = len(faults) - _FAULTS_SHOWN
        shown = faults[:_FAULTS_SHOWN] + ([_("And %s more.") % more] if more > 0 else [])
        raise ImportRefused("file", " ".join(shown))
    return texts


def fit(
    texts: list[Labelled],
    *,
    source: Path,
    folds: int,
    seed: int,
    now: datetime,
    progress: Callable[[], None] = lambda: None,
) -> Report:
    """Fits to the texts of `source`. Where cross-validation is no worse than the weights in use, and
    something changes, they are written under the next number; running processes keep theirs until
    they start again. Raises ImportRefused where the texts are too few.
    """
    fitter = Fitter(names.current(), DatabaseRegister(), progress)
    try:
        found = cross_validated(fitter, texts, folds, seed)
    except ValueError as error:
        raise ImportRefused("file", str(error)) from None
    doors = len({one.door for one in texts if one.door is not None})
    path = None
    if found.weights and found.after.no_worse_than(found.before):
        figures = in_use() | dict(found.weights)
        built_in = asdict(Weights())
        figures = {name: value for name, value in figures.items() if value != built_in[name]}
        path = _write(
            {
                "weights": figures,
                "made": {
                    "at": now.isoformat(),
                    "file": source.name,
                    "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
                    "texts": len(texts),
                    "doors": doors,
                    "folds": folds,
                    "seed": seed,
                    "register_change": names.change_of(names.current()),
                    "before": asdict(found.before),
                    "after": asdict(found.after),
                },
            }
        )
    return Report(found, len(texts), doors, path)


def _write(told: dict[str, Any]) -> Path:
    """Under the next free number, whole or not at all."""
    folder = fitted_weights.folder()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{uuid.uuid4()}"
    draft.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    try:
        last = fitted_weights.latest()
        number = int(last.stem.rpartition("-")[2]) if last is not None else 0
        while True:
            number += 1
            path = folder / f"weights-{number:04}.json"
            try:
                os.link(draft, path)  # fails where the name is taken
            except FileExistsError:
                continue
            return path
    finally:
        draft.unlink()


def _by_uid(text: str) -> int | None:
    if not text:
        return None
    try:
        uid = uuid.UUID(text)
    except ValueError:
        raise ValueError(_("uid: %s is no uid") % text) from None
    door = Address.objects.filter(uid=uid, status__in=LIVING).values_list("pk", flat=True).first()
    if door is None:
        raise ValueError(_("uid: there is no door %s") % uid)
    return door


def _at(lon: str, lat: str) -> int | None:
    if not lon and not lat:
        return None
    try:
        place = at_point(float(lon), float(lat), as_of=None)
    except ValueError:
        raise ValueError(_("lon, lat: %s are no degrees") % f"{lon}, {lat}") from None
    if place.address_id is None or place.door_m is None or place.door_m > _NEAR_M:
        raise ValueError(_("lon, lat: there is no door within %s m") % round(_NEAR_M))
    return place.address_id
