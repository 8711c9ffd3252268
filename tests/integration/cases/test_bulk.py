"""One act on many cases: each by itself, once, as a job where they are many."""

import uuid

import pytest
from django.utils import timezone

from accounts.models import Crew
from accounts.queries.viewers import viewer_of
from cases.actions.bulk import ACTS, run_bulk, start_bulk
from cases.models import BulkAct, Case, CaseEvent
from cases.web.list_words import act_name
from core.actions.jobs import JobCancelled, cancel, run_due
from core.api.problems import InvalidInput
from tests.factories import NOW, City, make_case

pytestmark = pytest.mark.django_db


def rows(*cases: Case) -> list[tuple[str, int]]:
    return [(c.number, c.version) for c in cases]


def do(city: City, act: str, *cases: Case, who: str = "coordinator", key=None, **given) -> BulkAct:
    return start_bulk(
        key=key or uuid.uuid4(), act=act, given=given, chosen=rows(*cases),
        viewer=viewer_of(city.people[who]), now=NOW,
    )  # fmt: skip


def came(act: BulkAct) -> dict[str, list[str] | bool]:
    return {r.case.number: r.done or r.reasons for r in act.rows.select_related("case")}


def test_each_row_has_its_own_rights_state_and_version(city: City):
    good, wrong_state = make_case(city), make_case(city, state="IN_PROGRESS")
    changed, unseen = make_case(city), make_case(city, department="b:temizlik")
    stale = rows(good, wrong_state, changed, unseen)
    Case.objects.filter(pk=changed.pk).update(version=2)
    act = start_bulk(
        key=uuid.uuid4(), act="accept", given={}, chosen=stale,
        viewer=viewer_of(city.people["coordinator"]), now=NOW,
    )  # fmt: skip
    assert came(act) == {
        good.number: True, wrong_state.number: ["wrong_state"], changed.number: ["changed_meanwhile"],
    }  # fmt: skip
    states = Case.objects.in_bulk([good.pk, changed.pk, unseen.pk])
    assert [states[c.pk].state for c in (good, changed, unseen)] == ["ACCEPTED", "ROUTED", "ROUTED"]
    assert came(do(city, "accept", make_case(city), who="manager")).popitem()[1] == [
        "not_permitted"
    ]


def test_sent_twice_it_is_done_once(city: City):
    a, b, key = make_case(city), make_case(city), uuid.uuid4()
    first = do(city, "return", a, b, key=key, note="Bizim değil")
    again = do(city, "cancel", a, b, key=key, note="x")
    assert again == first and BulkAct.objects.count() == 1
    assert CaseEvent.objects.filter(case__in=(a, b)).count() == 2
    run_bulk(first.pk, now=NOW, progress=lambda *_: None)
    assert CaseEvent.objects.filter(case__in=(a, b)).count() == 2


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_done(city: City, act):
    crew = Crew.objects.create(department=city.departments["a:temizlik"], name="Ekip")
    original = make_case(city)
    case = make_case(city, state="NEW" if act == "route" else "ROUTED", needs_review=True)
    given = {
        "assign": {"department": city.departments["a:fen"].pk},
        "refer": {"department": city.departments["b:temizlik"].pk, "note": "x"},
        "return": {"note": "x"},
        "cancel": {"note": "x"},
        "mark_duplicate": {"original": original.number},
        "give": {"crew": crew.pk},
        "retype": {"request_type": "konteyner"},
    }.get(act, {})
    if act == "route":
        city.doors["a5"].refresh_from_db()
        Case.objects.filter(pk=case.pk).update(address=city.doors["a5"])
    assert came(do(city, act, case, **given)) == {case.number: True}
    kinds = set(CaseEvent.objects.filter(case=case).values_list("kind", flat=True))
    assert kinds & {act, "shared" if act == "give" else "retyped" if act == "retype" else act}
    assert act_name(act)


def test_merging_leaves_the_original_out(city: City):
    one, two = make_case(city), make_case(city)
    act = do(city, "mark_duplicate", one, two, original=one.number)
    assert came(act) == {one.number: ["is_original"], two.number: True}
    two.refresh_from_db()
    assert (two.state, two.duplicate_of) == ("DUPLICATE", one)


@pytest.mark.parametrize(
    ("act", "given", "field"),
    [
        ("fly", {}, "act"), ("return", {}, "note"), ("assign", {}, "department"),
        ("mark_duplicate", {}, "original"), ("retype", {}, "request_type"), ("give", {}, "crew"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_by_name(city: City, act, given, field):
    with pytest.raises(InvalidInput) as error:
        do(city, act, make_case(city), **given)
    assert list(error.value.errors) == [field]
    assert not BulkAct.objects.exists()


def test_many_are_a_job_with_progress_that_can_be_stopped(city: City, monkeypatch):
    from cases.actions import bulk

    monkeypatch.setattr(bulk, "CONF", type("C", (), {"bulk_at_once": 3, "bulk_most": 5}))
    cases = [make_case(city) for _ in range(5)]
    act = do(city, "accept", *cases)
    assert act.job is not None and not act.rows.exclude(done=None).exists()

    def stopped(done: float, message: str = "") -> None:
        if done >= 0.4:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        run_bulk(act.pk, now=NOW, progress=stopped)
    assert act.rows.filter(done=True).count() == 2
    run_due(now=timezone.now())
    act.refresh_from_db()
    assert act.rows.filter(done=True).count() == 5 and act.ended_at
    act.job.refresh_from_db()
    assert act.job.result == {"done": 5, "refused": 0}
    with pytest.raises(InvalidInput) as error:
        do(city, "accept", *cases, make_case(city))
    assert list(error.value.errors) == ["rows"]


def test_from_the_list_to_what_came_of_it(city: City, as_):
    a, b = make_case(city), make_case(city, state="IN_PROGRESS")
    client, key = as_("coordinator"), str(uuid.uuid4())
    sent = {
        "key": key,
        "act": "accept",
        "row": [f"{a.number}:{a.version}", f"{b.number}:{b.version}"],
    }
    response = client.post("/console/bulk/", sent, follow=True)
    there = response.redirect_chain[-1][0]
    page = response.content.decode()
    assert (response.context["done"], response.context["refused"]) == (1, 1)
    assert a.number in page and b.number in page
    for who, status in (("roads", 404), ("agent", 404), ("gis_editor", 403), ("anonymous", 302)):
        assert as_(who).get(there).status_code == status, who
        assert as_(who).post(f"{there}stop/").status_code == status, who
    assert client.post("/console/bulk/", sent)["Location"] == there  # sent twice, done once
    assert as_("roads").post("/console/bulk/", sent)["Location"] != there  # another one's key
    assert BulkAct.objects.get(key=there.split("/")[3]).rows.count() == 2
    # The browser's way back leads to the same form: another choice there is another act.
    other = client.post(
        "/console/bulk/", sent | {"act": "return", "note": "Bizim değil"}, follow=True
    )
    assert other.context["title"] == "İade et" and other.redirect_chain[-1][0] != there


def test_a_filter_that_is_not_known_is_no_filter_for_an_act(city: City, as_):
    case, client = make_case(city), as_("coordinator")
    for query in ("view=all&foo=1", "type=uydurma", "district=999999"):
        sent = {"act": "cancel", "note": "x", "all": "1", "query": query}
        page = client.post("/console/bulk/", sent, follow=True)
        assert "Hiçbir şey değiştirilmedi" in page.content.decode() and not BulkAct.objects.exists()
    case.refresh_from_db()
    assert case.version == 1


def test_all_that_fit_are_taken_from_the_filter(city: City, as_):
    a, b = make_case(city, needs_review=True), make_case(city)
    make_case(city, department="a:fen", needs_review=True)
    response = as_("coordinator").post(
        "/console/bulk/",
        {"key": "x", "act": "looked_at", "all": "1", "query": "review=1"},
        follow=True,
    )
    assert response.context["done"] == 1
    a.refresh_from_db()
    assert not a.needs_review
    assert CaseEvent.objects.get(case=a).kind == "looked_at"
    assert not CaseEvent.objects.filter(case=b).exists()


@pytest.mark.parametrize(
    "sent",
    [{}, {"act": "accept"}, {"act": "accept", "row": "x"}, {"act": "accept", "row": ":"},
     {"act": "x", "row": "2026-1:1"}, {"act": "assign", "row": "2026-1:1", "department": "9" * 40}],
)  # fmt: skip
def test_a_bad_form_changes_nothing(city: City, as_, sent):
    case = make_case(city)
    assert as_("coordinator").post("/console/bulk/", sent, follow=True).status_code == 200
    case.refresh_from_db()
    assert case.version == 1


def test_a_note_that_is_too_long_is_refused_and_not_cut(city: City, as_):
    case, client = make_case(city), as_("coordinator")
    sent = {"act": "accept", "row": f"{case.number}:1", "note": "ğ" * 4001}
    page = client.post("/console/bulk/", sent, follow=True)
    assert "4001 karakter" in page.content.decode()
    move = {"move": "accept", "version": 1, "note": "ğ" * 4001}
    page = client.post(f"/console/cases/{case.number}/move/", move, follow=True)
    assert "4001 karakter" in page.content.decode()
    case.refresh_from_db()
    assert case.version == 1


def test_a_job_that_was_stopped_leaves_the_rest(city: City, as_, monkeypatch):
    from cases.actions import bulk

    monkeypatch.setattr(bulk, "CONF", type("C", (), {"bulk_at_once": 0, "bulk_most": 5}))
    act = do(city, "accept", make_case(city))
    assert as_("coordinator").post(f"/console/bulk/{act.key}/stop/").status_code == 302
    run_due(now=timezone.now())
    page = as_("coordinator").get(f"/console/bulk/{act.key}/")
    assert page.context["left"] == 1 and not page.context["under_way"]
    assert not cancel(job_id=act.job_id, now=timezone.now())
