"""One click on a finding: the change that mends it, in a draft. Nothing is published here."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from addresses.actions.drafting import NotAllowed, open_draft, propose
from addresses.models import ChangeSet, QualityFinding, QualityNote
from addresses.queries.quality_fixes import proposals
from addresses.queries.rights import rights_of
from addresses.rules.quality import RULES

# Marks the draft that gathers a person's fixes.
SOURCE = "quality"


@transaction.atomic
def fix(finding_id: int, *, viewer: Viewer, now: datetime) -> ChangeSet:
    """Adds what mends the finding to the person's open draft of fixes, or to a new one.

    The draft is a correction: it begins no new period of legal time. Raises NoSafeFix, NotAllowed,
    QualityFinding.DoesNotExist, and what `propose` raises.
    """
    finding = QualityFinding.objects.select_for_update().get(pk=finding_id)
    rights = rights_of(viewer)
    if viewer.user_id is None or not rights.view or not rights.may_edit(finding.neighbourhood_id):
        raise NotAllowed
    changes = proposals(finding)
    draft = _open(viewer) or open_draft(
        viewer=viewer,
        kind=ChangeSet.Kind.CORRECTION,
        title=_("Quality fixes"),
        reason=_("Found by the rules of quality."),
        now=now,
        source=SOURCE,
    )
    for change in changes:
        propose(
            draft,
            viewer=viewer,
            entity=change.entity,
            operation=change.operation,
            uid=change.uid,
            base_version=change.base_version,
            values=change.values,
            note=str(RULES[finding.rule].title),
        )
    QualityNote.objects.create(
        finding=finding,
        kind=QualityNote.Kind.FIX_PROPOSED,
        text=str(draft.uid),
        actor_id=viewer.user_id,
        at=now,
    )
    return draft


def _open(viewer: Viewer) -> ChangeSet | None:
    """The person's draft of fixes that is not reviewed yet."""
    return (
        ChangeSet.objects.filter(
            author=viewer.user_id,
            source=SOURCE,
            state__in=[ChangeSet.State.DRAFT, ChangeSet.State.CHECKED],
        )
        .order_by("-pk")
        .first()
    )
