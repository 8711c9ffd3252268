"""Answers as programs and tables send them: JSON, by the names of the questions."""

import json
from typing import Any

from django.utils.translation import gettext as _

from core.api.problems import InvalidInput

_CHARACTERS_MAX = 20_000


def answers_in(sent: Any) -> dict[str, Any]:
    """The answers in an object, or in its JSON. Raises InvalidInput for anything else."""
    if isinstance(sent, str):
        if not sent.strip():
            return {}
        try:
            sent = json.loads(sent) if len(sent) <= _CHARACTERS_MAX else None
        except (ValueError, RecursionError):
            sent = None
    if not isinstance(sent, dict) or len(sent) > 100:
        example = '{"depth": 12, "cars": true}'
        raise InvalidInput({"answers": [_("This is no JSON of answers, such as %s.") % example]})
    return sent
