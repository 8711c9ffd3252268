"""The history of cases that a forecast learns from. Only cases that may be public: the map is."""

from datetime import datetime

import numpy as np
from django.conf import settings

from core.queries import sql
from spatial_analytics.rules.events import Events


def case_history(*, since: datetime) -> Events:
    """All public cases with a point since an instant, their times in the city's own time."""
    row = sql.run(
        "spatial_analytics",
        "case_history",
        {"since": since, "zone": settings.TIME_ZONE},
    )[0]
    return Events(
        time=np.array(row["opened"] or [], dtype="datetime64[s]"),
        lat=np.array(row["lat"] or [], dtype=float),
        lon=np.array(row["lon"] or [], dtype=float),
        group=np.array(row["type_group"] or [], dtype=np.int64),
    )
