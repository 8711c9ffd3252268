"""Cases from a file, and a forecast to a file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from spatial_analytics.hotspots.forecast import CellForecast
from spatial_analytics.rules.events import Events
from spatial_analytics.rules.hexes import ring_of


class UnreadableEvents(Exception):
    """The file or one of its columns cannot be read as cases."""


def read_events(path: Path, *, time: str, lat: str, lon: str, group: str | None = None) -> Events:
    """Cases of a Parquet or CSV file by the names of its columns. Raises `UnreadableEvents`."""
    columns = [time, lat, lon, *([group] if group else [])]
    frame = _read(path)
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        known = ", ".join(map(str, frame.columns))
        raise UnreadableEvents(f"{path.name} has no column {missing[0]!r}; it has: {known}.")
    moments = pd.to_datetime(frame[time], errors="coerce", format="mixed")
    if moments.dt.tz is not None:
        moments = moments.dt.tz_localize(None)
    if moments.isna().all():
        raise UnreadableEvents(f"Column {time!r} of {path.name} holds no dates.")
    codes = None if group is None else pd.factorize(frame[group])[0].astype(np.int64)
    return Events(
        time=moments.to_numpy(dtype="datetime64[s]"),
        lat=pd.to_numeric(frame[lat], errors="coerce").to_numpy(dtype=float),
        lon=pd.to_numeric(frame[lon], errors="coerce").to_numpy(dtype=float),
        group=codes,
    )


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise UnreadableEvents(f"There is no file {path}.")
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(path, low_memory=False)
    except (ValueError, OSError) as error:
        raise UnreadableEvents(f"{path.name} cannot be read: {error}") from None


def as_frame(forecast: CellForecast) -> pd.DataFrame:
    """One row per cell, best first; the index as hexadecimal text."""
    frame = pd.DataFrame(
        {
            "h3": [f"{int(cell):x}" for cell in forecast.cells],
            "expected": forecast.expected.round(4),
            "p_any": forecast.p_any.round(4),
            "lower": forecast.lower,
            "upper": forecast.upper,
        }
    )
    return frame.sort_values("expected", ascending=False, ignore_index=True)


def as_geojson(forecast: CellForecast) -> dict[str, object]:
    """A feature collection of hexagons, EPSG:4326."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring_of(int(row["h3"], 16))]},
            "properties": row,
        }
        for row in as_frame(forecast).to_dict("records")
    ]
    return {"type": "FeatureCollection", "features": features}


def write_forecast(forecast: CellForecast, path: Path) -> None:
    """Parquet, CSV or GeoJSON by the name's ending. Raises `UnreadableEvents` for another one."""
    if path.suffix == ".parquet":
        as_frame(forecast).to_parquet(path, index=False)
    elif path.suffix == ".csv":
        as_frame(forecast).to_csv(path, index=False)
    elif path.suffix in (".geojson", ".json"):
        path.write_text(json.dumps(as_geojson(forecast)), encoding="utf-8")
    else:
        raise UnreadableEvents(f"{path.name}: write .parquet, .csv, .geojson or .html.")
