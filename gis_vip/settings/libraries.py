"""Finds the GDAL and GEOS that come inside the wheels of pyogrio and shapely.

They are newer than the system's and the same everywhere; the variables of the same name choose
another build (`GDAL_LIBRARY_PATH=system` leaves the search to Django).
"""

import os
import sysconfig
from pathlib import Path


def bundled_library(variable: str, folder: str, prefix: str) -> str | None:
    """The path of the wheel's shared library, or None to let Django look for the system's."""
    chosen = os.environ.get(variable)
    if chosen == "system":
        return None
    if chosen:
        return chosen
    site = Path(sysconfig.get_path("purelib"))
    found = sorted((site / folder).glob(f"{prefix}*.so*"))
    return str(found[0]) if found else None
