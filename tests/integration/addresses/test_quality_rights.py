"""Who may accept and fix findings, and where."""

import pytest

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from addresses.actions.drafting import NotAllowed
from addresses.actions.quality import accept, inspect, withdraw
from addresses.actions.quality_fixes import fix
from addresses.models import Address, EditingArea, QualityFinding
from addresses.queries.quality_fixes import NoSafeFix
from tests.conftest import ROLES
from tests.factories import NOW, City

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ROLES)
def test_only_who_edits_there_accepts_and_fixes(city: City, role: str) -> None:
    EditingArea.objects.create(organisation=city.bodies["a"], district=city.areas.districts["A"])
    Address.objects.filter(pk__in=[city.doors["a5"].pk, city.doors["b7"].pk]).update(number=0)
    inspect(None, now=NOW, rules=["number_missing"])
    viewer = viewer_of(city.people[role]) if role != "anonymous" else ANONYMOUS
    here = QualityFinding.objects.get(entity_id=city.doors["a5"].pk)
    there = QualityFinding.objects.get(entity_id=city.doors["b7"].pk)
    everywhere = role in ("administrator", "superuser")
    for finding, allowed in ((here, everywhere or role == "gis_editor"), (there, everywhere)):
        if allowed:
            accept(finding.pk, reason="known", viewer=viewer, now=NOW)
            withdraw(finding.pk, viewer=viewer, now=NOW)
            with pytest.raises(NoSafeFix):  # this rule has none
                fix(finding.pk, viewer=viewer, now=NOW)
        else:
            for act in (
                lambda f=finding: accept(f.pk, reason="known", viewer=viewer, now=NOW),
                lambda f=finding: withdraw(f.pk, viewer=viewer, now=NOW),
                lambda f=finding: fix(f.pk, viewer=viewer, now=NOW),
            ):
                with pytest.raises(NotAllowed):
                    act()
