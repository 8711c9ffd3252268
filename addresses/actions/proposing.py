"""Several changes of a draft at once: all of them, or none. A few statements for each kind."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.rules.viewer import Viewer
from addresses.actions.drafting import (
    amend,
    based,
    check_area,
    check_lineage,
    locked_draft,
    touch,
    write,
)
from addresses.models import Change, ChangeSet, Lineage
from addresses.queries.data_model import entity
from addresses.queries.record_values import InvalidValues
from addresses.queries.records import Body, records
from addresses.queries.rights import rights_of

TAKE_BACK = "TAKE_BACK"
_BATCH = 2_000
Key = tuple[str, str]


@dataclass(frozen=True)
class Proposal:
    """One change: `operation` is CREATE, UPDATE, RETIRE, or TAKE_BACK. See `drafting.propose`.

    A CREATE may bring its own `uid`, so that others of the same call can refer to it.
    """

    entity: str
    operation: str
    uid: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    base_version: int | None = None
    note: str = ""

    @property
    def key(self) -> Key:
        return self.entity, self.uid


@dataclass(frozen=True)
class Descent:
    """The record `new` came out of `old`."""

    entity: str
    relation: str
    old: str
    new: str


def new_uid() -> str:
    return str(uuid.uuid4())


@transaction.atomic
def propose_all(
    change_set: ChangeSet,
    *,
    viewer: Viewer,
    proposals: Sequence[Proposal],
    lineage: Sequence[Descent] = (),
) -> list[Change]:
    """Adds the changes to the draft and notes the lineage; gives the changes that it now holds.

    Raises what `drafting.propose` raises; nothing is written then. InvalidValues names the fields
    of the first proposal that has faults, with the record's uid.
    """
    draft = locked_draft(change_set, viewer)
    held = {(c.entity, str(c.entity_uid)): c for c in draft.changes.all()}
    proposals = [_with_uid(p) for p in proposals]
    present = _present(proposals, held)
    rights = rights_of(viewer)
    gone: list[Change] = []
    kept: dict[Key, Change] = {}
    for proposal in proposals:
        change = held.get(proposal.key)
        if change is not None:
            write(draft, change, viewer)
        new = change is not None and change.operation == Change.Operation.CREATE
        if proposal.operation == TAKE_BACK or (new and proposal.operation == "RETIRE"):
            if change is not None and change.pk:
                check_area(draft, entity(change.entity), change, rights)
            _forget(draft, proposal)
            kept.pop(proposal.key, None)
            if held.pop(proposal.key, None) is not None and change is not None:
                gone.append(change)
            continue
        kept[proposal.key] = held[proposal.key] = _changed(
            proposal, change or _new(draft, proposal, viewer), present
        )
    Change.objects.filter(pk__in=[c.pk for c in gone if c.pk]).delete()
    _store(list(kept.values()))
    if rights.neighbourhoods is not None:
        # Behind the storing: what the same call makes may be what another change is placed by.
        for change in kept.values():
            check_area(draft, entity(change.entity), change, rights)
    for one in lineage:
        check_lineage(draft, entity(one.entity), one.old, one.new, rights)
        relation = Lineage.Relation(one.relation)
        Lineage.objects.get_or_create(
            change_set=draft, entity=one.entity, old_uid=one.old, new_uid=one.new, relation=relation
        )
    touch(draft)
    return list(kept.values())


def _with_uid(proposal: Proposal) -> Proposal:
    try:
        uid = str(uuid.UUID(proposal.uid)) if proposal.uid else new_uid()
    except ValueError:
        raise InvalidValues({"uid": [f"{proposal.uid[:40]}?"]}) from None
    return Proposal(
        proposal.entity, proposal.operation, uid, proposal.values, proposal.base_version,
        proposal.note,
    )  # fmt: skip


def _present(proposals: Iterable[Proposal], held: Mapping[Key, Change]) -> dict[Key, Body]:
    wanted: dict[str, list[str]] = defaultdict(list)
    for proposal in proposals:
        if proposal.operation in ("UPDATE", "RETIRE"):
            wanted[proposal.entity].append(proposal.uid)
    return {
        (name, uid): body
        for name, uids in wanted.items()
        for uid, body in records(entity(name), uids).items()
    }


def _new(draft: ChangeSet, proposal: Proposal, viewer: Viewer) -> Change:
    change = Change(
        change_set=draft,
        entity=proposal.entity,
        entity_uid=uuid.UUID(proposal.uid),
        operation=Change.Operation(proposal.operation),
    )
    write(draft, change, viewer)
    return change


def _changed(proposal: Proposal, change: Change, present: Mapping[Key, Body]) -> Change:
    kind = entity(proposal.entity)
    wanted = Change.Operation(proposal.operation)
    body = None
    if change.operation != Change.Operation.CREATE:
        body = based(change, present.get(proposal.key), proposal.base_version)
    amend(kind, change, wanted, proposal.values, body)
    change.note = proposal.note[:300] or change.note
    return change


def _forget(draft: ChangeSet, proposal: Proposal) -> None:
    """What was noted about a record goes with its change."""
    noted = draft.lineage.filter(entity=proposal.entity)
    (noted.filter(old_uid=proposal.uid) | noted.filter(new_uid=proposal.uid)).delete()


def _store(changes: list[Change]) -> None:
    new = [c for c in changes if c.pk is None]
    old = [c for c in changes if c.pk is not None]
    Change.objects.bulk_create(new, batch_size=_BATCH)
    fields = ["operation", "base_version", "values", "note", "written", "editor"]
    Change.objects.bulk_update(old, fields, batch_size=_BATCH)
