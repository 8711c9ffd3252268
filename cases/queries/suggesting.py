"""What type a message suggests: by the trained model that is in use, else by keywords."""

import logging
from dataclasses import dataclass
from pathlib import Path

from cases.models import SuggestionModel
from cases.queries.catalogue import fresh, request_types, suggester
from cases.suggesting.model import SURE, TypeModel

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class TypeSuggestion:
    """`model` is the version of the trained model, None for keywords; `because` the words that
    counted."""

    code: str
    sureness: float
    because: tuple[str, ...] = ()
    model: int | None = None

    @property
    def sure(self) -> bool:
        return self.model is None or self.sureness >= SURE


@fresh
def _in_use() -> tuple[int, TypeModel] | None:
    row = SuggestionModel.objects.filter(active=True).first()
    if row is None:
        return None
    try:
        return row.pk, TypeModel.load(Path(row.file.path))
    except (OSError, ValueError, KeyError):  # suggestions are no reason to refuse a request
        _LOG.exception("model %s cannot be read: keywords suggest instead", row.pk)
        return None


def suggest_types(text: str, limit: int = 5) -> list[TypeSuggestion]:
    """The likeliest types in use, best first; empty where nothing speaks for any."""
    known, found = request_types(), _in_use()
    if found is not None:
        version, model = found
        return [
            TypeSuggestion(s.code, s.sureness, s.because, version)
            for s in model.suggest(text, limit)
            if s.code in known
        ]
    return [TypeSuggestion(s.code, s.score) for s in suggester().suggest(text, limit)]
