"""The console's list and the API's: filters, search, order, pages, hostile values."""

import random
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from cases.api import cases as api
from cases.models import Case
from cases.queries import case_pages
from cases.queries.case_list import case_list, look_up
from cases.queries.case_pages import ordered
from cases.rules.listing import ListFilter
from core.rules.secrets import decrypt, encrypt
from core.rules.text import key
from tests.factories import NOW, City, make_case

pytestmark = pytest.mark.django_db


def found(city: City, who: str = "agent", **query: str) -> list[Case]:
    asked = look_up(ListFilter.of(query))
    return list(ordered(case_list(viewer_of(city.people[who]), asked), asked.wanted.sort))


def test_filters(city: City):
    a = city.areas.districts["A"]
    new = make_case(city, state="NEW", department=None, needs_review=True, district=a)
    hole = make_case(city, kind="cukur", department="a:fen", due_at=NOW - timedelta(days=900))
    closed = make_case(city, state="CLOSED", due_at=NOW - timedelta(days=900))
    assert set(found(city)) == {new, hole}
    assert set(found(city, state="all")) == {new, hole, closed}
    assert found(city, state="CLOSED") == [closed]
    assert found(city, group="yol") == [hole]
    assert found(city, review="1") == [new]
    assert found(city, district=str(a.pk)) == [new]
    assert found(city, department=str(city.departments["a:fen"].pk)) == [hole]
    Case.objects.filter(pk=hole.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    assert found(city, due="late", state="all") == [hole]


def test_words_are_found_in_any_writing(city: City):
    case = make_case(city, description="Çöp konteyneri IŞIKLAR caddesinde")
    make_case(city, description="Yolda çukur")
    for words in ("ışıklar", "ISIKLAR", "isiklar çöp", "COP  konteyner", "işıklar,"):
        assert found(city, q=words) == [case], words
    assert found(city, q="çöp çukur") == []


def test_words_are_found_by_their_beginnings_whatever_their_length(city: City):
    """Against the words themselves: what begins so counts, of numbers and of one or two letters the whole."""
    rng = random.Random(3)
    words = [
        w[:n]
        for w in ("konteyner", "kontrol", "konut", "çukurlar", "4711", "471100")
        for n in range(1, 10)
    ]
    texts = [" ".join(rng.sample(words, rng.randint(1, 5))) for _ in range(40)]
    cases = [
        make_case(city, number=f"9999-{n:07}", description=text) for n, text in enumerate(texts)
    ]
    asked = sorted(set(words)) + [" ".join(rng.sample(words, 2)) for _ in range(40)]
    assert sum(bool(hit(text, one)) for text in texts for one in asked) > 200
    for one in asked:
        fitting = {case for case, text in zip(cases, texts, strict=True) if hit(text, one)}
        assert set(found(city, q=one)) == fitting, one


def hit(text: str, query: str) -> bool:
    has = key(text).split()
    return all(
        w in has if w.isdigit() or len(w) < 3 else any(h.startswith(w) for h in has)
        for w in key(query).split()
    )


def test_a_number_ignores_the_other_filters_but_not_the_right_to_see(city: City):
    case = make_case(city, state="CLOSED", department="b:temizlik")
    assert found(city, q=case.number, state="NEW", group="yol") == [case]
    assert found(city, "coordinator", q=case.number) == []


def test_orders(city: City):
    times = [timedelta(days=d) for d in (0, 2, 1)]
    rows = [
        make_case(city, opened_at=NOW - t, due_at=NOW + t * 2, changed_at=NOW + t) for t in times
    ]
    new, oldest, middle = rows
    assert found(city) == [new, middle, oldest]
    assert found(city, sort="old") == [oldest, middle, new]
    assert found(city, sort="due") == [new, middle, oldest]
    assert found(city, sort="changed") == [oldest, middle, new]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"}, {"q": "%' OR 1=1 --"}, {"q": "x" * 5000}, {"district": "9" * 40},
        {"department": "-1"}, {"group": "\x00"}, {"state": "\x00"}, {"sort": "password"},
        {"page": "2"},
    ],
)  # fmt: skip
def test_no_value_breaks_the_page(city: City, as_, query):
    make_case(city)
    client = as_("agent")
    assert client.get("/console/", query).status_code == 200
    understood = "q" in query or "\x00" in query.values()
    # A page says what it leaves out; a file leaves nothing out.
    assert client.get("/console/cases.csv", query).status_code == (200 if understood else 400)
    api = client.get("/api/v1/cases", query)
    assert api.status_code == (200 if understood else 400)
    if not understood:
        assert list(api.json()["errors"]) == list(query)


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize(
    "after",
    ["0", "9" * 30, "type~5", "~", "new~2026-11-03~1", "new~2026-11-03T00:00:00Z~٣", "", "due~~5",
     "2026-11-03T00:00:00Z~5"],
)  # fmt: skip
def test_a_place_that_the_list_does_not_have(city: City, as_, settings, after, sealed):
    sent = encrypt(settings.DATA_KEY, after) if sealed else after
    answer = as_("agent").get("/api/v1/cases", {"after": sent})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["after"])


def test_a_place_in_the_list_is_neither_read_nor_made(city: City, as_, settings):
    for _ in range(101):
        case = make_case(city)
    there = parse_qs(urlsplit(as_("agent").get("/api/v1/cases").json()["next"]).query)["after"][0]
    assert decrypt(settings.DATA_KEY, there).startswith("new~2026-")
    made = f"new~{case.opened_at.isoformat().replace('+00:00', 'Z')}~{case.pk}"
    assert as_("agent").get("/api/v1/cases", {"after": made}).status_code == 400
    for near in (there[:-1], there.swapcase(), "ğ", "\x00"):
        assert as_("agent").get("/api/v1/cases", {"after": near}).status_code == 400


@pytest.mark.parametrize("sort", ["new", "due", "type"])
def test_pages(city: City, as_, sort):
    made = {make_case(city, due_at=None).number for _ in range(203)}
    client, path, seen, sizes = as_("agent"), f"/api/v1/cases?sort={sort}&state=open", [], []
    while path:
        page = client.get(path).json()
        assert page["count"] == 203
        seen += [case["number"] for case in page["cases"]]
        sizes.append(len(page["cases"]))
        path = page["next"]
    assert sizes == [100, 100, 3] and set(seen) == made and len(seen) == 203


def test_a_list_that_is_too_long_to_be_counted(city: City, as_, monkeypatch):
    made = [make_case(city, opened_at=NOW + timedelta(hours=n)).number for n in range(3)]
    monkeypatch.setattr(case_pages, "COUNTED", 2)
    monkeypatch.setattr(api, "_PAGE", 2)
    monkeypatch.setattr(api, "count_up_to", lambda rows: case_pages.count_up_to(rows, 2))
    client = as_("agent")
    one = client.get("/api/v1/cases?sort=old").json()
    two = client.get(one["next"]).json()
    assert (one["count"], two["count"], two["next"]) == (None, None, None)
    assert [c["number"] for c in (*one["cases"], *two["cases"])] == made
    refused = client.get("/api/v1/cases?sort=type")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["sort"])


def test_the_list_costs_the_same_few_queries_however_long_it_is(
    city: City, as_, django_assert_max_num_queries
):
    for _ in range(30):
        make_case(city, district=city.areas.districts["A"])
    client = as_("coordinator")
    client.get("/console/")
    with django_assert_max_num_queries(22):
        client.get("/console/?view=all")
    with django_assert_max_num_queries(12):  # what comes every time that something changes
        client.get("/console/?view=all", headers={"HX-Request": "true"})
    with django_assert_max_num_queries(12):
        client.get("/api/v1/cases")


def test_texts_of_citizens_are_escaped(city: City, as_):
    case = make_case(city, description="<script>alert(1)</script>", place_label="<b>x</b>")
    for path in ("/console/", f"/console/cases/{case.number}/"):
        page = as_("agent").get(path).content.decode()
        assert "<script>alert" not in page and "<b>x</b>" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_moves_on_the_page_are_those_that_this_person_may_make(city: City, as_):
    number = make_case(city).number
    crew = as_("crew").get(f"/console/cases/{number}/").content.decode()
    agent = as_("agent").get(f"/console/cases/{number}/").content.decode()
    assert 'value="accept"' in crew and 'value="return"' in crew
    assert 'value="resolve"' not in crew and 'value="accept"' not in agent


@pytest.mark.parametrize(
    "form",
    [
        {}, {"move": "fly", "version": "1"}, {"move": "accept"}, {"move": "accept", "version": "x"},
        {"move": "accept", "version": "9" * 5000}, {"move": "accept", "version": "2"},
        {"move": "return", "version": "1"}, {"move": "accept", "version": "1", "result_code": "x"},
    ],
)  # fmt: skip
def test_a_bad_move_changes_nothing_and_says_so(city: City, as_, form):
    case = make_case(city)
    response = as_("coordinator").post(f"/console/cases/{case.number}/move/", form)
    assert response.status_code == 400
    assert next(iter(response.context["messages"])).level_tag == "error"
    assert Case.objects.get(pk=case.pk).version == 1


def test_what_an_administrator_changes_is_seen_by_every_process(
    city: City, as_, django_capture_on_commit_callbacks
):
    from tiles.queries.versions import data_version

    admin, code = as_("superuser"), city.results["done"]
    for path, form in (
        (f"/admin/cases/resultcode/{code.pk}/change/",
         {"code": "done", "name": "done", "name_en": "finished", "done": "on"}),
        (f"/admin/cases/resultcode/{code.pk}/delete/", {"post": "yes"}),
        ("/admin/cases/resultcode/",
         {"action": "delete_selected", "_selected_action": city.results["not_possible"].pk,
          "post": "yes"}),
    ):  # fmt: skip
        before = int(data_version("catalogue"))
        with django_capture_on_commit_callbacks(execute=True):
            assert admin.post(path, form).status_code == 302, path
        assert int(data_version("catalogue")) == before + 1, path
