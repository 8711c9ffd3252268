"""The geocoder's fitted weights: numbered files in one folder, of which the last is in use.

A file holds `weights` (name → figure; what it does not name stays as built in) and `made`: from what,
when, and with what result. It is read when a process starts.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from addresses.geocoder import weights

PATTERN = "weights-[0-9][0-9][0-9][0-9].json"


def folder() -> Path:
    return Path(settings.GEOCODER_WEIGHTS)


def latest() -> Path | None:
    """The file in use; None where nothing was fitted."""
    return max(folder().glob(PATTERN), default=None)


def use_latest() -> None:
    """Puts the fitted weights in use. Raises ImproperlyConfigured naming the file and its fault."""
    path = latest()
    if path is None:
        return
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
        weights.use(told["weights"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ImproperlyConfigured(f"{path}: {what}. Mend or remove the file.") from None
