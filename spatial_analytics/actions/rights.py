"""Says who may be told which figure, and writes down each look at figures about persons."""

from dataclasses import replace
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from core.api.problems import InvalidInput
from spatial_analytics.models import FigureRight, PeopleLook
from spatial_analytics.queries.figures import NotForYou, may_ask
from spatial_analytics.queries.reach import Sight, sight
from spatial_analytics.rules.indicators import BUILT_IN
from spatial_analytics.rules.question import Question
from spatial_analytics.rules.rights import FINENESS, Persons, Right, of_persons

MOST_LEAST = 50


def bodies_ruled(viewer: Viewer) -> frozenset[int] | None:
    """The organisations whose rights this person says; None: all, and those of every organisation."""
    if viewer.may(Permission.ADMINISTER):
        return None
    return frozenset(
        g.organisation
        for g in viewer.grants
        if g.organisation is not None and Permission.MANAGE_MEMBERS in g.permissions
    )


def grant_right(
    *, organisation: int | None, role: str, right: Right, viewer: Viewer, now: datetime
) -> FigureRight:
    """Puts a right in place of the one that the role has there. Who administers one organisation gives nobody
    figures about persons beyond the own unit. Raises PermissionDenied, InvalidInput."""
    ruled = bodies_ruled(viewer)
    if ruled is not None and (organisation not in ruled or right.persons is Persons.ALL):
        raise PermissionDenied
    wrong = {}
    if role and role not in Membership.Role.values:
        wrong["role"] = [_("not known")]
    if right.indicators is not None and not right.indicators <= set(BUILT_IN):
        wrong["indicators"] = [_("not known")]
    if right.finest not in FINENESS:
        wrong["finest"] = [_("not known")]
    if not 0 <= right.least <= MOST_LEAST:
        wrong["least"] = [f"0 – {MOST_LEAST}"]
    if wrong:
        raise InvalidInput(wrong)
    with transaction.atomic():
        standing = FigureRight.objects.select_for_update().filter(
            organisation=organisation, role=role, ended_at=None
        )
        standing.update(ended_at=now, ended_by=viewer.user_id)
        return FigureRight.objects.create(
            organisation_id=organisation,
            role=role,
            indicators=sorted(right.indicators or ()),
            finest=right.finest,
            persons=right.persons,
            least=right.least,
            granted_by_id=viewer.user_id,
            granted_at=now,
        )


def end_right(pk: int, *, viewer: Viewer, now: datetime) -> None:
    """From now on the role has what it has elsewhere. Raises DoesNotExist, also where it is another's."""
    rows = FigureRight.objects.filter(ended_at=None)
    ruled = bodies_ruled(viewer)
    if ruled is not None:
        rows = rows.filter(organisation__in=ruled)
    row = rows.get(pk=pk)
    row.ended_at, row.ended_by_id = now, viewer.user_id
    row.save(update_fields=["ended_at", "ended_by"])


def sight_for(question: Question, viewer: Viewer, *, now: datetime) -> Sight:
    """The sight that a question of this person is answered with. If it is about persons, and they may
    ask it, the look is written down first: without that it is not answered."""
    seen = sight(viewer)
    if not of_persons(question):
        return seen
    noted = replace(seen, noted=True)
    may_ask(question, noted)
    if viewer.user_id is None:
        raise NotForYou
    text = "&".join(f"{name}={value}" for name, value in question.as_query().items())
    PeopleLook.objects.create(user_id=viewer.user_id, question=text[:500], at=now)
    return noted
