"""Keeps photos of a case."""

import secrets
from collections.abc import Sequence

from django.core.files.base import ContentFile

from cases.models import Case, Photo, WorkOrder
from cases.photos import CleanPhoto


def keep_photos(
    case: Case, moment: str, photos: Sequence[CleanPhoto], *, order: WorkOrder | None = None
) -> None:
    """Keeps each picture once per case. Last in a transaction: one that fails leaves no file."""
    wanted = {p.sha256: p for p in photos}
    known = set(case.photos.filter(sha256__in=wanted).values_list("sha256", flat=True))
    for photo in (p for key, p in wanted.items() if key not in known):
        row = Photo(
            case=case, work_order=order, moment=moment, sha256=photo.sha256, width=photo.width,
            height=photo.height,
        )  # fmt: skip
        row.file.save(f"{secrets.token_hex(16)}.jpg", ContentFile(photo.body), save=True)
