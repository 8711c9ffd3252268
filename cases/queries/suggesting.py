"""What type a message suggests: by the trained model that is in use, else by keywords."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cases.models import SuggestionModel
from cases.queries.catalogue import fresh, questionnaire_of, request_types, suggester
from cases.rules.questions import level_of
from cases.rules.urgency import MODEL, Urgency, decide_urgency
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
def _in_use() -> dict[str, tuple[int, TypeModel]]:
    """The models in use by their subject."""
    found = {}
    for row in SuggestionModel.objects.filter(active=True):
        try:
            found[row.subject] = (row.pk, TypeModel.load(Path(row.file.path)))
        except (OSError, ValueError, KeyError):  # suggestions are no reason to refuse a request
            _LOG.exception("model %s cannot be read: words decide instead", row.pk)
    return found


def suggest_types(text: str, limit: int = 5) -> list[TypeSuggestion]:
    """The likeliest types in use, best first; empty where nothing speaks for any."""
    known, found = request_types(), _in_use().get(SuggestionModel.Subject.TYPE)
    if found is not None:
        version, model = found
        return [
            TypeSuggestion(s.code, s.sureness, s.because, version)
            for s in model.suggest(text, limit)
            if s.code in known
        ]
    return [TypeSuggestion(s.code, s.score, s.because) for s in suggester().suggest(text, limit)]


def decided_urgency(text: str, request_type: str, answers: Mapping[str, Any]) -> Urgency:
    """How pressing a message is, by its words, its type (a code or nothing) and its answers."""
    level = level_of(questionnaire_of(request_type), answers) if request_type else None
    found = _in_use().get(SuggestionModel.Subject.URGENCY)
    by_model = None
    if found is not None and (best := found[1].suggest(text, 1)) and best[0].sureness >= SURE:
        by_model = Urgency(best[0].code, MODEL, best[0].because)
    return decide_urgency(text, level, by_model=by_model)
