"""What a draft says of itself: title, reason, legal basis, kind, and the day it comes into force."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from addresses.actions.drafting import Stale, touch, unreviewed_draft
from addresses.models import ChangeSet
from addresses.queries.record_values import InvalidValues
from core.rules.text import unmarked

#: What a person opens a draft as; imports and roll-backs stay what they are.
KINDS = (ChangeSet.Kind.EDIT, ChangeSet.Kind.CORRECTION, ChangeSet.Kind.BOUNDARIES)
_LENGTHS = {"title": 200, "reason": 4000, "legal_basis": 200}
# What a check has found depends on these.
_CHECKED = ("kind", "effective_from")


@transaction.atomic
def describe(change_set: ChangeSet, *, viewer: Viewer, said: dict[str, Any]) -> ChangeSet:
    """Changes what the draft says of itself, by field; gives the draft as it is then.

    Another kind or another day has to be checked again. Raises InvalidValues by field, NotAllowed,
    NotNow once the draft is reviewed, and Stale where somebody was faster (`change_set.seen`).
    """
    draft = unreviewed_draft(change_set, viewer)
    if draft.seen is not None and draft.seen != draft.version:
        raise Stale
    words = {name: unmarked(value) for name, value in said.items() if name in _LENGTHS}
    changed = {n: value for n, value in (said | words).items() if value != getattr(draft, n)}
    if errors := _faults(draft, changed):
        raise InvalidValues(errors)
    if not changed:
        return draft
    for name, value in changed.items():
        setattr(draft, name, value)
    if any(name in changed for name in _CHECKED):
        touch(draft)
    else:
        draft.version += 1  # who reviews says what they have seen
        draft.save()
    return draft


def kind_is_open(draft: ChangeSet) -> bool:
    """Whether a person may make another kind of it."""
    return draft.kind in KINDS and draft.rolls_back_id is None


def _faults(draft: ChangeSet, changed: Mapping[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for name, longest in _LENGTHS.items():
        if len(changed.get(name, "")) > longest:
            errors[name] = [_("At most %s characters.") % longest]
    if not changed.get("title", draft.title).strip():
        errors["title"] = [_("A draft needs a title.")]
    if "kind" in changed and not (kind_is_open(draft) and changed["kind"] in KINDS):
        errors["kind"] = [_("This kind cannot be changed.")]
    day = changed.get("effective_from")
    if day is not None and day.year < 1900:
        errors["effective_from"] = [_("A day as YYYY-MM-DD.")]
    return errors
