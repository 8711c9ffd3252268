"""What a change set is founded on: the file that proves it, and where it comes from."""

import hashlib
import secrets

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from addresses.actions.drafting import unreviewed_draft
from addresses.conf import CONF
from addresses.models import ChangeSet
from addresses.queries.record_values import InvalidValues
from addresses.rules import evidence
from core.rules.text import unmarked


def attach(change_set: ChangeSet, *, viewer: Viewer, file: "File[bytes]") -> ChangeSet:
    """Keeps the file as the draft's evidence, in the place of the one that it had; gives the draft.

    A file is told by its content and never opened. What was checked stays checked: evidence
    changes nothing in the register. Raises InvalidValues("evidence"), NotAllowed, and NotNow
    once the draft is reviewed.
    """
    fitting = _endings(file)
    digest = hashlib.sha256()
    for part in file.chunks():
        digest.update(part)
    name = evidence.named(str(file.name or ""), fitting)
    with transaction.atomic():
        draft = unreviewed_draft(change_set, viewer)
        _forget(draft)
        draft.evidence.save(f"{secrets.token_hex(16)}.{fitting[0]}", file, save=False)
        draft.evidence_name, draft.evidence_size = name, file.size
        draft.evidence_sha256 = digest.hexdigest()
        draft.version += 1  # who reviews says what they have seen
        draft.save()
    return draft


@transaction.atomic
def detach(change_set: ChangeSet, *, viewer: Viewer) -> ChangeSet:
    """Takes the evidence away again. Raises as `attach`."""
    draft = unreviewed_draft(change_set, viewer)
    _forget(draft)
    draft.evidence, draft.evidence_name, draft.evidence_sha256 = "", "", ""
    draft.evidence_size = None
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def name_source(change_set: ChangeSet, *, viewer: Viewer, source: str) -> ChangeSet:
    """Says from what the draft was made: a decision, a survey, a letter. Raises as `attach`."""
    draft = unreviewed_draft(change_set, viewer)
    draft.source = unmarked(source)[: ChangeSet.SOURCE_MAX]
    draft.version += 1
    draft.save()
    return draft


def _forget(draft: ChangeSet) -> None:
    """The old file goes when it is sure that nothing names it any more."""
    if draft.evidence:
        storage, name = draft.evidence.storage, str(draft.evidence.name)
        transaction.on_commit(lambda: storage.delete(name))


def _endings(file: "File[bytes]") -> tuple[str, ...]:
    if file.size > CONF.evidence_bytes:
        words = _("The file is too large: at most %s MB.") % evidence.MEGABYTES
        raise InvalidValues({"evidence": [words]})
    file.seek(0)
    fitting = evidence.endings(file.read(evidence.HEAD))
    if not fitting:
        words = _("By its content this is none of: %s.") % evidence.KINDS
        raise InvalidValues({"evidence": [words]})
    return fitting
