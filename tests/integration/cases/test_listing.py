"""The console's lists: every filter, views, pages without end, what is told, what is kept."""

from datetime import timedelta
from urllib.parse import parse_qs, urlencode

import pytest
from django.contrib.gis.geos import Point
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Crew
from accounts.queries.viewers import viewer_of
from cases.actions.saved_filters import save_filter
from cases.models import Case, CaseReporter, ListExport, Photo, Reporter, SavedFilter
from cases.queries.case_list import case_list, look_up
from cases.queries.case_pages import Count, case_page, count_up_to, ordered
from cases.queries.saved_filters import saved_filters
from cases.rules.listing import NAME_SORTS, SORTS, ListFilter
from core.api.problems import InvalidInput
from tests.factories import METRE_LON, NOW, City, make_case

pytestmark = pytest.mark.django_db


def found(city: City, who: str = "agent", **query: str) -> set[Case]:
    asked = look_up(ListFilter.of(QueryDict(urlencode(query, doseq=True))))
    assert asked.wanted.unknown == ()
    return set(case_list(viewer_of(city.people[who]), asked, now=NOW))


def test_every_filter_takes_what_fits_and_leaves_the_rest(city: City):
    a = city.areas
    crew = Crew.objects.create(department=city.departments["a:temizlik"], name="Ekip 1")
    other = make_case(city, kind="su-patlagi", department="baski:su-ariza", precision="STREET")
    mine = make_case(
        city, kind="cop", department="a:temizlik", district=a.districts["A"], neighbourhood=a.neighbourhoods["A"],
        crew=crew, assignee=city.people["crew"], needs_review=True, escalation=2, precision="DOOR",
        category="A", urgency="HIGH", result_code=city.results["done"], channel=city.channels["cimer"],
    )  # fmt: skip
    Case.objects.filter(pk=mine.pk).update(kind="TIP")
    make_case(city, state="CLOSED", kind="cop")
    for query in (
        {"group": "temizlik"}, {"type": "cop"}, {"channel": "cimer"}, {"district": a.districts["A"].pk},
        {"neighbourhood": a.neighbourhoods["A"].pk}, {"organisation": city.bodies["a"].pk},
        {"department": city.departments["a:temizlik"].pk}, {"crew": crew.pk},
        {"assignee": city.people["crew"].pk}, {"result": "done"}, {"kind": "TIP"}, {"precision": "DOOR"},
        {"category": "A"}, {"level": "2"}, {"review": "1"}, {"urgency": "HIGH"},
    ):  # fmt: skip
        assert found(city, **query) == {mine}, query
    assert (
        found(city, type="cop,su-patlagi")
        == found(city, type=["cop", "su-patlagi"])
        == {mine, other}
    )
    assert found(city, level="1") == set()


def test_states_are_joined(city: City):
    rows = {s: make_case(city, state=s) for s in ("NEW", "ROUTED", "CLOSED", "CANCELLED")}
    assert found(city) == {rows["NEW"], rows["ROUTED"]}
    assert found(city, state="open,CLOSED") == {rows["NEW"], rows["ROUTED"], rows["CLOSED"]}
    assert found(city, state=["CLOSED", "CANCELLED"]) == {rows["CLOSED"], rows["CANCELLED"]}


def test_the_clock_in_classes(city: City):
    def due(hours: float, took: float = 24, state: str = "ROUTED") -> Case:
        at = NOW + timedelta(hours=hours)
        return make_case(city, due_at=at, opened_at=at - timedelta(hours=took), state=state)

    twice, once = due(-25), due(-23)
    today, week = due(3), due(24 * 4)  # NOW is a Tuesday
    due(24 * 9)
    due(-25, state="CLOSED")
    assert found(city, due="late", state="all") == {twice, once}
    assert found(city, due="late2") == {twice}
    assert found(city, due="today") == {today}
    assert found(city, due="week") == {today, week}
    assert found(city, due="late,today") == {twice, once, today}


def test_days_count_both_ends_in_local_time(city: City):
    # 21:30 UTC is half past midnight of the next day in İstanbul.
    late = make_case(city, opened_at=NOW.replace(hour=21, minute=30))
    early = make_case(city, opened_at=NOW.replace(hour=20, minute=30))
    assert found(city, opened_from="2026-11-04") == {late}
    assert found(city, opened_to="2026-11-03") == {early}
    assert found(city, opened_from="2026-11-03", opened_to="2026-11-04") == {late, early}
    closed = make_case(city, state="CLOSED", closed_at=NOW, due_at=NOW)
    assert found(city, state="all", closed_from="2026-11-03", closed_to="2026-11-03") == {closed}
    assert found(city, state="all", due_from="2026-11-04") == set()


def test_photos_families_and_reporters(city: City):
    plain, photographed, child = (make_case(city) for _ in range(3))
    parent, original = make_case(city), make_case(city)
    Case.objects.filter(pk=child.pk).update(parent=parent)
    make_case(city, state="DUPLICATE", duplicate_of=original)
    Photo.objects.create(case=photographed, sha256="0" * 64, width=1, height=1, file="x.jpg")
    person = Reporter.objects.create(full_name="A")
    CaseReporter.objects.create(case=plain, reporter=person)
    assert found(city, photo="1") == {photographed}
    assert found(city, children="1") == {parent}
    assert found(city, duplicates="1") == {original}
    assert found(city, anonymous="1") == {photographed, child, parent, original}


def test_a_box_and_a_circle_in_metres(city: City):
    lon, lat = city.areas.at(0.5, 0.5)
    near = make_case(city, geom=Point(lon + 80 * METRE_LON, lat, srid=4326), at=None)
    far = make_case(city, geom=Point(lon + 120 * METRE_LON, lat, srid=4326), at=None)
    make_case(city, at=None)
    assert found(city, near=f"{lon},{lat},100") == {near}
    assert found(city, near=f"{lon},{lat},140") == {near, far}
    step = 100 * METRE_LON
    assert found(city, bbox=f"{lon},{lat - 0.01},{lon + step},{lat + 0.01}") == {near}


def test_views(city: City):
    crew = Crew.objects.create(department=city.departments["a:temizlik"], name="Ekip")
    crew.members.add(city.people["crew"])
    new = make_case(city, state="NEW", department=None)
    back = make_case(city, state="RETURNED")
    look = make_case(city, needs_review=True)
    theirs = make_case(city, crew=crew)
    own = make_case(city, assignee=city.people["crew"])
    make_case(city, department="b:temizlik")
    assert found(city, view="triage") == {new, back, look}
    assert found(city, "coordinator", view="triage") == {back, look}
    assert found(city, "crew", view="crew") == {theirs}
    assert found(city, "crew", view="mine") == {own}
    assert found(city, "coordinator", view="department") == {back, look, theirs, own}
    assert found(city, "manager", view="department") == {back, look, theirs, own}


def test_a_running_number_without_its_year(city: City):
    a = make_case(city, number="2026-0001234", state="CLOSED")
    b = make_case(city, number="2025-0001234", department="b:temizlik")
    make_case(city, number="2026-0012340")
    assert found(city, q="0001234", group="yol") == {a, b}
    assert found(city, q="1234") == {a, b}
    assert found(city, "coordinator", q="1234") == {a}
    assert found(city, q="2025-0001234") == {b}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("size", [1, 3, 50])
@pytest.mark.parametrize("short", [True, False])
def test_pages_in_both_directions_are_the_list(city: City, sort, size, short):
    """Equal moments and empty ones included; nothing is left out and nothing comes twice."""
    for i in range(11):
        at = NOW + timedelta(days=i % 3)
        make_case(
            city, opened_at=at, changed_at=at, due_at=None if i % 4 == 0 else at,
            closed_at=None if i % 3 == 0 else at, state="CLOSED",
        )  # fmt: skip
    asked = look_up(ListFilter.of({"state": "all"}))
    rows = case_list(viewer_of(city.people["agent"]), asked)
    count = count_up_to(rows)
    assert count == Count(11)
    if not short:  # as if there were too many to be read at once
        count = Count(10, more=True)
    whole = [c.pk for page in walk(rows, sort, size, count, "after") for c in page]
    assert sorted(whole) == sorted(rows.values_list("pk", flat=True))
    backwards = [c.pk for page in walk(rows, sort, size, count, "before") for c in reversed(page)]
    assert backwards == whole[::-1]
    assert list(ordered(rows, sort).values_list("pk", flat=True)) == whole


def test_what_is_open_is_not_sorted_by_its_end(city: City):
    assert ListFilter.of({"sort": "ended"}).order == "changed"
    assert ListFilter.of({"sort": "ended", "state": "ROUTED"}).order == "changed"
    assert ListFilter.of({"sort": "ended", "state": "CLOSED"}).order == "ended"
    assert ListFilter.of({"sort": "ended", "state": "all"}).order == "ended"


def of_all(sort: str, **days: str) -> ListFilter:
    return ListFilter.of({"sort": sort, "state": "all", **days})


def test_a_long_list_of_some_days_keeps_their_order():
    week = {"opened_from": "2026-11-01", "opened_to": "2026-11-07"}
    assert of_all("due", **week).long_order == "new"
    assert of_all("old", **week).long_order == "old"
    assert of_all("new", closed_from="2026-11-01").long_order == "ended"
    assert of_all("due", opened_to="2026-11-07").long_order == "due"
    assert ListFilter.of({"sort": "due", **week}).long_order == "due"  # what is open is not much


def walk(rows, sort, size, count, way):
    cursor = "" if way == "after" else "end"
    while cursor is not None:
        page = case_page(rows, of_all(sort), size, count, **{way: cursor})
        yield page.rows
        cursor = page.next if way == "after" else page.back


@pytest.mark.parametrize("sort", ["due", "type"])
def test_a_walk_keeps_its_order_when_counting_takes_longer_later(city: City, sort):
    for n in range(5):
        make_case(city, due_at=NOW - timedelta(days=n), kind=("cop", "cukur")[n % 2])
    wanted = of_all(sort, opened_from=f"{NOW - timedelta(days=1):%Y-%m-%d}")
    assert wanted.long_order != sort
    rows, slow = Case.objects.all(), Count(0, known=False)
    first = case_page(rows, wanted, 3, Count(5))
    rest = case_page(rows, wanted, 3, slow, after=first.next)
    assert rest.sort == sort and [*first.rows, *rest.rows] == list(ordered(rows, sort))
    assert case_page(rows, wanted, 3, slow, before=rest.back).rows == first.rows
    # The other way round as well, where there are too many for names.
    first = case_page(rows, wanted, 3, slow)
    rest = case_page(rows, wanted, 3, Count(5), after=first.next)
    assert first.sort == rest.sort == "new"
    assert [*first.rows, *rest.rows] == list(ordered(rows, "new"))
    # Behind the last row stands none, which does not make the list empty.
    last = case_page(rows, wanted, 3, slow, after="new~2000-01-01T00:00:00Z~1")
    assert (last.rows, last.count) == ([], slow)


@pytest.mark.parametrize("sort", NAME_SORTS)
def test_orders_by_names(city: City, sort):
    for kind, department in (("cukur", "a:fen"), ("cop", "b:temizlik"), ("cop", "a:temizlik")):
        make_case(city, kind=kind, department=department)
    rows = Case.objects.all()
    first = case_page(rows, of_all(sort), 2, Count(3))
    rest = case_page(rows, of_all(sort), 2, Count(3), after=first.next)
    assert first.sort == sort and rest.next is None and rest.back == f"{sort}~0"
    assert [*first.rows, *rest.rows] == list(ordered(rows, sort))
    if sort == "type":
        assert [c.request_type.name for c in (*first.rows, *rest.rows)] == ["Cop", "Cop", "Cukur"]
    assert case_page(rows, of_all(sort), 2, Count(10_000, more=True)).sort == "new"


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "~",
        "new~",
        "new~x",
        "new~2026~1",
        "type~",
        "type~x",
        "type~" + "9" * 30,
        "9" * 99,
        "new~2026-11-03T00:00:00~5",
        "old~2026-11-03T00:00:00Z~5",
        "state~0",
    ],
)
def test_a_cursor_that_is_none_begins_anew(city: City, as_, cursor):
    case = make_case(city)
    for sort in ("new", "due", "type"):
        page = as_("agent").get("/console/", {"after": cursor, "sort": sort, "view": "all"})
        assert case.number in page.content.decode()


def test_what_is_not_known_is_told_and_left_out(city: City, as_):
    case = make_case(city)
    page = as_("agent").get(
        "/console/?state=FLYING&district=999999&type=uydurma&bbox=1,2&due=late&due=x&distrct=7&map=1"
    )
    text = page.content.decode()
    for word in ("FLYING", "999999", "uydurma", "1,2", "“x”", "distrct"):
        assert word in text
    assert dict(page.context["unknown"]).keys() >= {page.context["unknown"][0][0]}
    assert len(page.context["unknown"]) == 6
    assert page.context["wanted"].pairs() == [("due", "late")]
    assert case.number not in text  # it is not late
    answer = as_("agent").get("/api/v1/cases?district=999999&sort=fast")
    assert (answer.status_code, sorted(answer.json()["errors"])) == (400, ["district", "sort"])


def test_each_chip_takes_away_what_it_says(city: City, as_):
    d = city.areas.districts["A"].pk
    query = f"state=NEW&state=CLOSED&district={d}&review=1&opened_from=2026-01-01&near=27.9,39.6,100&q=a&sort=due"
    page = as_("agent").get(f"/console/?{query}")
    chips = page.context["chips"]
    assert len(chips) == 7
    for chip in chips:
        left = ListFilter.of(QueryDict(chip["url"].removeprefix("?")))
        assert len(left.filters()) == 6 and left.sort == "due", chip
    texts = [c["words"] for c in chips]
    assert any("Altıeylül" in t for t in texts) and any("01.01.2026" in t for t in texts)


def test_a_filter_survives_its_query_string():
    query = QueryDict(
        "view=triage&q=a&state=NEW&state=CLOSED&type=x&level=2&photo=1&due_to=2026-01-02&bbox=1,2,3,4&near=27.9,39.6,1500&sort=due"
    )
    wanted = ListFilter.of(query)
    assert wanted.unknown == ()
    assert ListFilter.of(QueryDict(wanted.encoded())) == wanted


def test_saved_lists_are_ones_own_or_shared_by_who_may_plan(city: City, as_):
    coordinator, crew = as_("coordinator"), as_("crew")
    department = city.departments["a:temizlik"].pk
    sent = {"name": "Geciken", "query": "due=late&sort=due", "default": "1"}
    assert coordinator.post("/console/filters/", sent).status_code == 302
    assert coordinator.get("/console/")["Location"] == "/console/?due=late&sort=due"
    assert coordinator.get("/console/?view=all").status_code == 200
    assert "Geciken" not in crew.get("/console/").content.decode()
    coordinator.post("/console/filters/", sent | {"department": department})
    saved = SavedFilter.objects.get()  # the same name again is the same list
    assert "Geciken" in crew.get("/console/").content.decode()
    assert not saved_filters(viewer_of(city.people["other_body"])).exists()
    assert crew.post("/console/filters/", sent | {"department": department}).status_code == 403
    assert (
        as_("coordinator")
        .post("/console/filters/", sent | {"department": city.departments["b:fen"].pk})
        .status_code
        == 403
    )
    assert crew.post(f"/console/filters/{saved.pk}/remove/").status_code == 403
    assert coordinator.post(f"/console/filters/{saved.pk}/remove/").status_code == 302
    assert not SavedFilter.objects.exists()


def test_one_default_and_no_list_without_a_name(city: City):
    viewer = viewer_of(city.people["agent"])
    for name in ("a", "b"):
        save_filter(name=name, wanted=ListFilter(), viewer=viewer, default=True)
    assert list(SavedFilter.objects.filter(default=True).values_list("name", flat=True)) == ["b"]
    with pytest.raises(InvalidInput):
        save_filter(name="", wanted=ListFilter(), viewer=viewer)


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson"])
def test_exports_hold_the_list_and_are_written_down(city: City, as_, form):
    case = make_case(city, description="=1+1 çöp", needs_review=True)
    other = make_case(city)
    response = as_("coordinator").get(f"/console/cases.{form}?review=1&sort=type")
    body = b"".join(response.streaming_content)
    if form == "xlsx":
        import io

        from openpyxl import load_workbook

        cells = [[c.value for c in row] for row in load_workbook(io.BytesIO(body)).active.rows]
        assert [row[0] for row in cells[1:]] == [case.number]
        assert cells[1][4] == "'=1+1 çöp"
    else:
        text = body.decode("utf-8-sig")
        assert case.number in text and other.number not in text
    if form == "geojson":
        import json

        (feature,) = json.loads(body)["features"]
        assert feature["geometry"]["coordinates"] == [case.geom.x, case.geom.y]
    kept = ListExport.objects.get()
    assert (kept.user, kept.form, kept.rows) == (city.people["coordinator"], form, 1)
    assert parse_qs(kept.query) == {"review": ["1"], "sort": ["type"]}


def test_a_spreadsheet_has_an_end(city: City, as_, monkeypatch):
    from cases.web import exporting

    monkeypatch.setattr(exporting, "CONF", type("C", (), {"xlsx_rows": 1}))
    for _ in range(2):
        make_case(city)
    response = as_("agent").get("/console/cases.xlsx?state=all", follow=True)
    assert next(iter(response.context["messages"])).level_tag == "error"
    assert not ListExport.objects.exists()


def test_the_map_shows_what_the_list_shows(city: City, as_):
    late = make_case(city, due_at=timezone.now() - timedelta(days=1))
    make_case(city, at=None)
    make_case(city, state="CLOSED")
    shown = as_("coordinator").get("/console/points.json").json()
    assert [f["properties"]["number"] for f in shown["features"]] == [late.number]
    assert shown["features"][0]["properties"]["late"] is True
    assert as_("other_body").get("/console/points.json").json()["features"] == []


@pytest.mark.parametrize(
    "path", ["/console/cases.xlsx", "/console/cases.geojson", "/console/points.json", "/console/"]
)
def test_lists_are_for_those_who_see_cases(as_, path):
    assert as_("anonymous").get(path).status_code == 302
    assert as_("gis_editor").get(path).status_code == 403


def test_counting_ends(city: City, monkeypatch):
    from cases.queries import case_pages

    for _ in range(4):
        make_case(city)
    assert count_up_to(Case.objects.all(), 3) == Count(3, more=True)
    monkeypatch.setattr(case_pages, "_PATIENCE_MS", 1)
    slow = Case.objects.extra(where=["pg_sleep(0.05) IS NOT NULL"])
    assert count_up_to(slow) == Count(0, known=False)
    assert Case.objects.count() == 4  # the connection goes on, and with patience
    assert Case.objects.extra(where=["pg_sleep(0.05) IS NOT NULL"]).count() == 4


def test_a_long_list_is_walked_along_and_if_that_takes_long_gathered(city: City, monkeypatch):
    from django.db import connection

    from cases.queries import case_pages

    for n in range(7):
        make_case(city, description="Çukur var", opened_at=NOW - timedelta(hours=n))
    make_case(city, description="Çöp var")
    viewer = viewer_of(city.people["agent"])
    keys, settings = case_pages._keys, [name for _, name in case_pages._ATTEMPTS if name]
    tried: list[str] = []
    slow: set[str] = set()

    def watched(rows, *arguments, **named):
        with connection.cursor() as cursor:
            off = []
            for name in settings:
                cursor.execute(f"SHOW {name}")
                off += [name] * (cursor.fetchone()[0] == "off")
            tried.append("".join(off))
            if tried[-1] in slow:
                cursor.execute("SELECT pg_sleep(0.05)")
        return keys(rows, *arguments, **named)

    def pages(**query: str) -> list[list[int]]:
        """All of them, in pages of three, of a list that nobody could count."""
        asked = look_up(ListFilter.of(query))
        rows = case_list(viewer, asked)
        tried.clear()
        seen, after = [], ""
        while True:
            page = case_page(rows, asked.wanted, 3, Count(0, known=False), after=after)
            seen.append([case.pk for case in page.rows])
            if page.next is None:
                return seen
            after = page.next

    monkeypatch.setattr(case_pages, "_keys", watched)
    walked, every = pages(q="çukur"), pages(state="all")
    assert [len(page) for page in walked] == [3, 3, 1] and len(every) == 3
    assert tried == ["enable_sort"] * 3
    # What is too slow is given up, and the answer is the same.
    hasty = tuple((ms and 1, name) for ms, name in case_pages._ATTEMPTS)
    monkeypatch.setattr(case_pages, "_ATTEMPTS", hasty)
    slow |= {"enable_sort", "", "enable_indexscan"}
    assert pages(state="all") == every
    assert tried == ["enable_sort", "", "enable_indexscan", ""] * 3
    assert pages(q="çukur") == walked and tried == ["enable_sort", ""] * 3
    with connection.cursor() as cursor:
        for name in (*settings, "statement_timeout"):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone()[0] in ("on", "0")


def test_a_refresh_brings_the_rows_alone(city: City, as_):
    case = make_case(city)
    part = (
        as_("coordinator")
        .get("/console/?view=all", headers={"HX-Request": "true"})
        .content.decode()
    )
    assert f'id="row-{case.number}"' in part and 'hx-swap-oob="true"' in part
    assert "<html" not in part and 'id="filters"' not in part
