"""Trains the suggestion of types and of urgency on past cases, measures it, and puts it to use."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction

from cases.models import Case, SuggestionModel
from cases.rules.urgency import PERSON
from cases.suggesting.training import Measured, fit, measure
from tiles.actions.versions import data_changed

_SHARE_UNSEEN = 0.2
TEXTS_MIN = 100


class TooFew(Exception):
    """There are not enough texts whose type a person has decided."""


@dataclass(frozen=True)
class Known:
    """Texts of known type in order of time."""

    texts: Sequence[str]
    types: Sequence[str]
    until: datetime | None = None


def past_cases(*, decided: bool = True, limit: int = 200_000) -> Known:
    """The newest cases with a type; `decided` leaves out those whose type was only suggested, lest
    the model learn from itself."""
    rows = Case.objects.exclude(request_type=None).filter(request_type__active=True)
    if decided:
        rows = rows.exclude(type_source="SUGGESTED")
    newest = rows.order_by("-opened_at").values_list(
        "description", "request_type__code", "opened_at"
    )
    found = list(newest[:limit])[::-1]
    return Known([r[0] for r in found], [r[1] for r in found], found[-1][2] if found else None)


def past_urgencies(limit: int = 200_000) -> Known:
    """The newest cases whose urgency a person has said; nothing else is a label."""
    newest = Case.objects.filter(urgency_source=PERSON).order_by("-opened_at")
    found = list(newest.values_list("description", "urgency", "opened_at")[:limit])[::-1]
    return Known([r[0] for r in found], [r[1] for r in found], found[-1][2] if found else None)


def train(
    known: Known, *, now: datetime, subject: str = SuggestionModel.Subject.TYPE
) -> tuple[SuggestionModel, Measured]:
    """A new model, fitted to everything and measured by one that has not seen the last fifth. It is
    stored, not in use. Raises TooFew."""
    count = len(known.texts)
    cut = int(count * (1 - _SHARE_UNSEEN))
    if count < TEXTS_MIN or len(set(known.types[:cut])) < 2:
        raise TooFew
    found = measure(fit(known.texts[:cut], known.types[:cut]), known.texts[cut:], known.types[cut:])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        fit(known.texts, known.types).save(path)
        body = path.read_bytes()
    row = SuggestionModel(
        subject=subject, trained_at=now, texts=count, until=known.until, scores=found.as_json(),
        sha256=hashlib.sha256(body).hexdigest(),
    )  # fmt: skip
    row.file.save(f"{subject.lower()}-{now:%Y%m%d%H%M%S}.npz", ContentFile(body), save=False)
    row.save()
    return row, found


@transaction.atomic
def use(model: SuggestionModel | None, subject: str = SuggestionModel.Subject.TYPE) -> None:
    """Puts a model to use, or with None lets words decide on that subject again."""
    subject = model.subject if model is not None else subject
    SuggestionModel.objects.filter(active=True, subject=subject).update(active=False)
    if model is not None:
        SuggestionModel.objects.filter(pk=model.pk).update(active=True)
    data_changed("catalogue")
