"""Making a draft: opening a change set, proposing changes, taking them back."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from addresses.models import Change, ChangeSet, Lineage
from addresses.queries.data_model import EntityType, entity
from addresses.queries.record_values import InvalidValues, cleaned
from addresses.queries.records import record, records, successors
from addresses.queries.rights import Rights, rights_of
from addresses.queries.where import (
    AREA_WIDE,
    areas_of_record,
    areas_of_values,
    districts_of,
)
from addresses.rules.change_set_moves import Move, possible
from core.rules.text import unmarked


class NotAllowed(Exception):
    """This person may not do this, or not here."""


class NotNow(Exception):
    """The change set is in a state in which this cannot be done."""


class Stale(Exception):
    """Somebody else has changed the draft or the record since it was read."""


class NoSuchRecord(Exception):
    """The register has no record of this uid."""


def open_draft(
    *,
    viewer: Viewer,
    kind: str,
    title: str,
    reason: str,
    now: datetime,
    effective_from: date | None = None,
    legal_basis: str = "",
    source: str = "",
    rolls_back: ChangeSet | None = None,
) -> ChangeSet:
    """A new, empty draft of this person. Its changes come into force on `effective_from`, or, if
    that is None, on the day on which it is published. Raises NotAllowed."""
    if not rights_of(viewer).edit:
        raise NotAllowed
    draft = ChangeSet(
        kind=ChangeSet.Kind(kind),
        title=unmarked(title)[:200],
        reason=unmarked(reason),
        legal_basis=unmarked(legal_basis)[:200],
        source=unmarked(source)[: ChangeSet.SOURCE_MAX],
        effective_from=effective_from,
        author_id=viewer.user_id,
        rolls_back=rolls_back,
        created_at=now,
    )
    draft.save()
    return draft


@transaction.atomic
def propose(
    change_set: ChangeSet,
    *,
    viewer: Viewer,
    entity: str,
    operation: str,
    uid: uuid.UUID | str | None = None,
    base_version: int | None = None,
    values: Mapping[str, Any] | None = None,
    note: str = "",
) -> Change:
    """Adds one change, or changes one that the draft holds already.

    `values` are in public form (see `queries.data_model`). `base_version` is the version that the
    editor saw; a later proposal for the same record keeps the first one. What another editor has
    written in this draft is only changed by one who has seen it: see `write`. An edit undoes check
    and review. Raises LookupError for an unknown kind, InvalidValues with every fault by field,
    NoSuchRecord, Stale, NotNow, and NotAllowed outside of the editor's area.
    """
    kind = _kind(entity)
    draft = locked_draft(change_set, viewer)
    wanted = Change.Operation(operation)
    change = (
        draft.changes.filter(entity=entity, entity_uid=uid).first() if uid is not None else None
    )
    if change is None:
        change = Change(change_set=draft, entity=entity, operation=wanted)
        if uid is not None:
            change.entity_uid = uuid.UUID(str(uid))
    write(draft, change, viewer)
    new = change.operation == Change.Operation.CREATE
    if new and wanted == Change.Operation.RETIRE:
        change.delete()  # what only the draft knew is forgotten
        return change
    present = None if new else based(change, record(kind, change.entity_uid), base_version)
    amend(kind, change, wanted, values or {}, present)
    change.note = note[:300] or change.note
    check_area(draft, kind, change, rights_of(viewer))
    change.save()
    touch(draft)
    return change


@transaction.atomic
def take_back(change_set: ChangeSet, *, viewer: Viewer, entity: str, uid: uuid.UUID | str) -> bool:
    """Takes one change out of the draft; whether it held one."""
    draft = locked_draft(change_set, viewer)
    for change in draft.changes.filter(entity=entity, entity_uid=uid):
        write(draft, change, viewer)
        check_area(draft, _kind(entity), change, rights_of(viewer))
    gone, _by_model = draft.changes.filter(entity=entity, entity_uid=uid).delete()
    draft.lineage.filter(entity=entity, old_uid=uid).delete()
    draft.lineage.filter(entity=entity, new_uid=uid).delete()
    touch(draft)
    return bool(gone)


@transaction.atomic
def note_lineage(
    change_set: ChangeSet,
    *,
    viewer: Viewer,
    entity: str,
    relation: str,
    old: uuid.UUID | str,
    new: uuid.UUID | str,
) -> None:
    """Says that the record `new` came out of `old` by a split, a merger or a replacement."""
    draft = locked_draft(change_set, viewer)
    check_lineage(draft, _kind(entity), str(old), str(new), rights_of(viewer))
    Lineage.objects.get_or_create(
        change_set=draft,
        entity=entity,
        old_uid=old,
        new_uid=new,
        relation=Lineage.Relation(relation),
    )
    touch(draft)


def _kind(name: str) -> EntityType:
    return entity(name)


def locked_draft(change_set: ChangeSet, viewer: Viewer) -> ChangeSet:
    """The draft for writing: of its author, or of whoever reviews."""
    # Not the key: a check or a publication of the set holds that as long as it writes.
    draft = ChangeSet.objects.select_for_update(no_key=True).get(pk=change_set.pk)
    draft.seen = change_set.seen
    if draft.seen is not None and draft.seen > draft.version:
        raise Stale  # nobody has seen what there never was
    rights = rights_of(viewer)
    if not rights.edit or not (draft.author_id == viewer.user_id or rights.review):
        raise NotAllowed
    if not possible(draft.state, Move.EDIT):
        raise NotNow
    if viewer.user_id is not None and viewer.user_id not in draft.editors:
        draft.editors = [*draft.editors, viewer.user_id]  # stored with the change, by `_touch`
    return draft


def unreviewed_draft(change_set: ChangeSet, viewer: Viewer) -> ChangeSet:
    """The same for what is said of the draft itself: what a reviewer has seen stays."""
    draft = locked_draft(change_set, viewer)
    if draft.state == ChangeSet.State.REVIEWED:
        raise NotNow
    return draft


def touch(draft: ChangeSet) -> None:
    """A changed draft has to be checked and reviewed again."""
    draft.state, draft.report = ChangeSet.State.DRAFT, {}
    draft.checked_at = draft.reviewed_at = draft.reviewer = draft.publisher = None
    draft.version += 1
    draft.save()


def write(draft: ChangeSet, change: Change, viewer: Viewer) -> None:
    """Notes who writes a change, and when. Two editors of one draft do not overwrite each other:
    raises Stale for what was written behind the version that this one saw (`draft.seen`), and for
    another's change where nothing is said of what was seen."""
    others = change.editor_id is not None and change.editor_id != viewer.user_id
    since = others if draft.seen is None else change.written > draft.seen
    if since and change.pk and change.written <= draft.version:  # else by this same act
        raise Stale
    change.written, change.editor_id = draft.version + 1, viewer.user_id


def based(change: Change, body: dict[str, Any] | None, seen: int | None) -> dict[str, Any]:
    """The record as it stands. The draft remembers the version that its editor saw first."""
    if body is None:
        raise NoSuchRecord
    if change.base_version is None:
        if seen is not None and seen != body["version"]:
            raise Stale
        change.base_version = body["version"]
    return body


def amend(
    kind: EntityType,
    change: Change,
    wanted: str,
    values: Mapping[str, Any],
    present: dict[str, Any] | None,
) -> None:
    """Merges values into a change; `present` is the record, None for one that the draft makes.
    Raises InvalidValues."""
    given = dict(values) if wanted != Change.Operation.RETIRE else {}
    if present is None:
        shown = {k: v for k, v in change.values.items() if k != "name_key"}
        change.values = cleaned(kind, {**shown, **given}, whole=True)
        return
    change.operation = Change.Operation(wanted)
    merged = {**change.values, **cleaned(kind, given, whole=False)} if given else {}
    change.values = _differing(merged, present)


def _differing(values: dict[str, Any], present: dict[str, Any]) -> dict[str, Any]:
    """Without what the record holds already."""
    kept = {k: v for k, v in values.items() if k != "name_key" and v != present.get(k)}
    if "name" in kept:
        kept["name_key"] = values["name_key"]
    return kept


def check_area(draft: ChangeSet, kind: EntityType, change: Change, rights: Rights) -> None:
    """An editor of some areas changes nothing outside of them, and moves nothing there."""
    if rights.neighbourhoods is None:
        return
    if kind.name in AREA_WIDE:
        raise NotAllowed
    before = (
        set()
        if change.operation == Change.Operation.CREATE
        else areas_of_record(kind, str(change.entity_uid))
    )
    after = areas_of_values(draft, kind, change.values)
    if not (before | after) <= rights.neighbourhoods:
        raise NotAllowed
    # A street without a side yet has only its district, a name only such a street.
    district = change.values.get("district")
    if district is not None and district not in districts_of(rights.neighbourhoods):
        raise NotAllowed
    if not before | after and district is None and not _of_new_street(draft, kind, change):
        raise NotAllowed


def check_lineage(draft: ChangeSet, kind: EntityType, old: str, new: str, rights: Rights) -> None:
    """What is said of two records: both must be there or be made by the draft, in areas where one
    edits, and nothing may descend from itself. Raises NoSuchRecord, NotAllowed, InvalidValues."""
    made = {str(uid) for uid in draft.changes.filter(
        entity=kind.name, entity_uid__in=[old, new], operation=Change.Operation.CREATE
    ).values_list("entity_uid", flat=True)}  # fmt: skip
    if set(records(kind, {old, new} - made)) != {old, new} - made:
        raise NoSuchRecord
    allowed = rights.neighbourhoods
    if allowed is not None and not (
        areas_of_record(kind, old) | areas_of_record(kind, new) <= allowed
    ):
        raise NotAllowed
    if old == new or old in successors(uuid.UUID(new), draft=draft):
        raise InvalidValues({"lineage": [_("A record cannot descend from itself.")]})


def _of_new_street(draft: ChangeSet, kind: EntityType, change: Change) -> bool:
    """Whether a name belongs to a street that this draft makes."""
    street = change.values.get("street")
    return (
        kind.name == "street_name"
        and draft.changes.filter(
            entity="street", entity_uid=street, operation=Change.Operation.CREATE
        ).exists()
    )
