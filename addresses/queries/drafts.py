"""Drafts as their editors and reviewers see them."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from accounts.rules.viewer import Viewer
from addresses.models import Change, ChangeSet
from addresses.queries.checking import is_being_checked
from addresses.queries.data_model import entity
from addresses.queries.naming import Names
from addresses.queries.policy import policy
from addresses.queries.rights import rights_of
from addresses.queries.titles import titles
from addresses.rules.change_set_moves import Move, hands, possible
from addresses.rules.quality import RULES

OPEN = (ChangeSet.State.DRAFT, ChangeSet.State.CHECKED, ChangeSet.State.REVIEWED)
_MOST = 2_000  # changes that are told one by one


def visible(viewer: Viewer) -> Any:
    """Change sets that this person may read: all for those who see the register, else none."""
    rows = ChangeSet.objects.select_related("author", "reviewer", "publisher")
    return rows if rights_of(viewer).view else rows.none()


def open_drafts(viewer: Viewer) -> list[dict[str, Any]]:
    """What is not finished, one's own first, then the newest. An import that changes more than is
    told one by one is looked at on its page, not here."""
    rows = (
        visible(viewer).filter(state__in=OPEN).annotate(changes_held=Count("changes"))
        .exclude(kind=ChangeSet.Kind.IMPORT, changes_held__gt=_MOST).order_by("-created_at")[:200]
    )  # fmt: skip
    found = [head(row, viewer) | {"count": row.changes_held} for row in rows]
    return sorted(found, key=lambda body: not body["own"])


def head(change_set: ChangeSet, viewer: Viewer) -> dict[str, Any]:
    """A draft without its changes, and what this person may do with it now."""
    rights = rights_of(viewer)
    own = change_set.author_id is not None and change_set.author_id == viewer.user_id
    four_eyes = policy().four_eyes
    apart = {
        move: not four_eyes
        or viewer.user_id
        not in hands(
            move,
            author=change_set.author_id,
            editors=change_set.editors,
            reviewer=change_set.reviewer_id,
        )
        for move in (Move.REVIEW, Move.PUBLISH)
    }
    may = {
        Move.EDIT: rights.edit and (own or rights.review),
        Move.CHECK: (rights.edit and own) or rights.review,
        Move.REVIEW: rights.review and apart[Move.REVIEW],
        Move.PUBLISH: rights.publish and apart[Move.PUBLISH],
        Move.REJECT: (rights.edit and own) or rights.review,
    }
    names = (
        "kind", "state", "number", "title", "reason", "legal_basis", "source", "version",
    )  # fmt: skip
    people = ("author", "reviewer", "publisher")
    return {
        "uid": str(change_set.uid),
        **{n: getattr(change_set, n) for n in names},
        **{n: _name(getattr(change_set, n)) for n in people},
        "report": _report(change_set.report),
        "summary": {k: v for k, v in change_set.summary.items() if k in ("left", "counts")},
        "page": reverse("register_change", args=[change_set.pk]),
        "evidence": _evidence(change_set),
        "effective_from": change_set.effective_from,
        "created_at": change_set.created_at,
        "own": own,
        "checking": is_being_checked(change_set),
        "may": {str(m): bool(v and possible(change_set.state, m)) for m, v in may.items()},
    }


def body(change_set: ChangeSet, viewer: Viewer) -> dict[str, Any]:
    """A draft with its changes in the order in which they were made, and its lineage."""
    count = change_set.changes.count()
    changes = list(change_set.changes.order_by("pk")[:_MOST])
    names = called(change_set, changes)
    lineage = change_set.lineage.order_by("pk")[:_MOST]
    return head(change_set, viewer) | {
        "count": count,
        "changes": [_change(c, names[c.entity, str(c.entity_uid)]) for c in changes],
        "lineage": [
            {"entity": x.entity, "relation": x.relation, "old": str(x.old_uid), "new": str(x.new_uid)}
            for x in lineage
        ],
    }  # fmt: skip


def _report(report: dict[str, Any]) -> dict[str, Any]:
    """With the names of the rules of quality that it speaks of, and how bad each is."""
    quality = report.get("quality")
    if not quality:
        return report
    rules = {
        code: {"title": str(RULES[code].title), "severity": RULES[code].severity}
        for code in quality["new_by_rule"]
        if code in RULES
    }
    return report | {"quality": quality | {"rules": rules}}


def touching(uid: uuid.UUID) -> list[dict[str, Any]]:
    """Unfinished drafts that change this record."""
    rows = ChangeSet.objects.filter(
        Q(changes__entity_uid=uid), state__in=OPEN
    ).select_related("author").distinct()  # fmt: skip
    return [{"uid": str(r.uid), "title": r.title, "author": _name(r.author)} for r in rows]


def _change(change: Change, title: str) -> dict[str, Any]:
    return {
        "entity": change.entity,
        "uid": str(change.entity_uid),
        "operation": change.operation,
        "base_version": change.base_version,
        "values": {k: v for k, v in change.values.items() if k != "name_key"},
        "note": change.note,
        "title": title,
    }


def called(change_set: ChangeSet, changes: Sequence[Change]) -> dict[tuple[str, str], str]:
    """What the records of some changes are called, by kind and uid: from the register; what only the
    draft knows by what it says."""
    uids: dict[str, list[str]] = {}
    for change in changes:
        uids.setdefault(change.entity, []).append(str(change.entity_uid))
    found = {
        (name, uid): words
        for name, those in uids.items()
        for uid, words in titles(entity(name), those).items()
    }
    new = {
        (c.entity, uid): {"uid": uid} | c.values
        for c in changes
        for uid in [str(c.entity_uid)]
        if not found.get((c.entity, uid))
    }
    names = Names(change_set, [(entity(name), values) for (name, _uid), values in new.items()])
    return found | {key: names.label(entity(key[0]), values) for key, values in new.items()}


def _evidence(change_set: ChangeSet) -> dict[str, Any] | None:
    if not change_set.evidence:
        return None
    return {
        "name": change_set.evidence_name or str(change_set.evidence.name).rsplit("/", 1)[-1],
        "size": change_set.evidence_size,
        "sha256": change_set.evidence_sha256,
        "url": reverse("register_evidence", args=[change_set.pk]),
    }


def _name(user: Any) -> str | None:
    return str(user.get_full_name()) if user else None
