"""A referral to an organisation that has a server of its own begins a transfer, in its transaction."""

from collections.abc import Iterable
from datetime import datetime

from cases.models import Case, Partner, Referral, Transfer


def offer(referrals: Iterable[Referral], *, now: datetime) -> None:
    """Begins a transfer for each referral to a body with an active partner; one statement where there
    is none."""
    found = list(referrals)
    bodies = {r.to_department.organisation_id for r in found}
    partners = {
        p.organisation_id: p for p in Partner.objects.filter(organisation__in=bodies, active=True)
    }
    Transfer.objects.bulk_create(
        Transfer(
            referral=referral, case=referral.case, partner=partner,
            mark=f"{referral.case.number}-{referral.pk}", next_at=now, created_at=now,
            changed_at=now,
        )
        for referral in found
        if (partner := partners.get(referral.to_department.organisation_id)) is not None
    )  # fmt: skip


def still_theirs(case: Case, partner: Partner) -> bool:
    """Whether the case is still with the body that it was sent to."""
    return case.organisation_id == partner.organisation_id
