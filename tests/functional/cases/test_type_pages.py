"""Administrators edit types as data: list, editor, life, versions."""

import html
from typing import Any

import pytest

from cases.exchange.type_text import as_text, from_text
from cases.models import RequestType, TypeVersion
from cases.queries.type_list import content_of
from core.api.problems import InvalidInput
from tests.conftest import ROLES
from tests.factories import City
from tests.unit.cases.test_questions import ROAD

pytestmark = pytest.mark.django_db
MAY = {"administrator", "superuser"}


@pytest.fixture
def admin(city: City, as_):
    return as_("administrator")


def form_of(code: str, **changed: Any) -> dict[str, Any]:
    """What the browser sends when nothing but `changed` was touched; None: a box not ticked."""
    row = RequestType.objects.get(code=code)
    content = content_of(row)
    fields: dict[str, Any] = {"version": row.version}
    for name, value in content.items():
        if isinstance(value, bool):
            if value:
                fields[name] = "1"
        elif isinstance(value, list):
            fields[name] = "\n".join(value)
        else:
            fields[name] = as_text(value) if name == "questionnaire" else value
    return {k: v for k, v in (fields | changed).items() if v is not None}


def test_it_is_for_administrators(city: City, as_):
    paths = [
        "/console/types/",
        "/console/types/types.csv",
        "/console/types/new/",
        "/console/types/cukur/",
    ]
    posts = ["/console/types/preview/", "/console/types/cukur/act/", "/console/types/cukur/"]
    for who in ROLES:
        client = as_(who)
        answers = [client.get(p) for p in paths] + [
            client.post(p, {"do": "retire", "version": 1}) for p in posts
        ]
        for answer in answers:
            if who == "anonymous":
                assert answer.status_code == 302 and "/sign-in/" in answer["Location"]
            else:
                assert (answer.status_code == 403) is (who not in MAY), (
                    who,
                    answer.request["PATH_INFO"],
                )
        if who not in MAY:
            assert RequestType.objects.get(code="cukur").active
    assert as_("administrator").get("/console/types/nope/").status_code == 404


def names(admin: Any, query: str) -> list[str]:
    return [t.code for t in admin.get(f"/console/types/?{query}").context["page"]]


def test_the_list_is_searched_filtered_and_sorted(city: City, admin):
    RequestType.objects.filter(code="cukur").update(synonyms=["Çökmüş yol"], questionnaire=ROAD)
    RequestType.objects.filter(code="bilgi").update(active=False)
    assert names(admin, "q=çök") == names(admin, "q=COKMUS yol") == ["cukur"]
    assert names(admin, "q=su patla") == ["su-patlagi"]
    assert names(admin, "questions=1") == ["cukur"]
    assert "cukur" not in names(admin, "questions=0")
    assert names(admin, "active=0") == ["bilgi"]
    assert "bilgi" in names(admin, "active=-") and "bilgi" not in names(admin, "")
    assert names(admin, "public=0&active=1") == ["yardim"]
    assert names(admin, "group=temizlik&sort=target") == ["cop", "konteyner"]
    assert names(admin, "sort=nonsense&group=%00&q=%00") == names(admin, "")
    table = admin.get("/console/types/types.csv?group=yol").getvalue().decode("utf-8-sig")
    assert table.count("\n") == 2 and "cukur" in table


def test_a_change_is_a_version_with_its_author(city: City, admin):
    sent = form_of("cukur", name="Yol çukuru", synonyms="çökük\nyol delik", questionnaire=as_text(ROAD), icon="hole",
                   public=None, sensitive="1")  # fmt: skip
    answer = admin.post("/console/types/cukur/", sent)
    assert answer.status_code == 302
    row = RequestType.objects.get(code="cukur")
    assert (row.name, row.synonyms, row.public, row.sensitive, row.version) == ("Yol çukuru", ["çökük", "yol delik"], False, True, 2)  # fmt: skip
    assert row.questionnaire == ROAD
    assert [v.number for v in row.versions.all()] == [1, 2]
    assert row.versions.get(number=2).by == city.people["administrator"]
    page = html.unescape(admin.get("/console/types/cukur/").content.decode())
    assert "<del>Cukur</del> <ins>Yol çukuru</ins>" in page and "Test administrator" in page
    # Nothing differs: no version.
    admin.post("/console/types/cukur/", form_of("cukur"))
    assert TypeVersion.objects.filter(request_type=row).count() == 2


def test_processes_see_the_change(city: City, admin, client):
    admin.post("/console/types/cukur/", form_of("cukur", questionnaire=as_text(ROAD)))
    from tests.conftest import forget

    forget()
    page = client.post("/report/questions/", {"request_type": "cukur"}).content.decode()
    assert "Ne kadar derin?" in page


def test_two_at_once_lose_nothing(city: City, admin, as_):
    mine = form_of("cukur", name="Benimki")
    as_("superuser").post("/console/types/cukur/", form_of("cukur", name="Onunki"))
    answer = admin.post("/console/types/cukur/", mine)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409
    assert 'id="conflict"' in page and 'value="Benimki"' in page and "<ins>Onunki</ins>" in page
    assert RequestType.objects.get(code="cukur").name == "Onunki"
    again = mine | {"version": answer.context["version"]}
    assert admin.post("/console/types/cukur/", again).status_code == 302
    assert RequestType.objects.get(code="cukur").name == "Benimki"


def test_a_new_type_and_its_faults(city: City, admin):
    sent = form_of("cukur", name="Yol çökmesi", version=0) | {"code": "yol-cokmesi"}
    assert admin.post("/console/types/new/", sent)["Location"] == "/console/types/yol-cokmesi/"
    assert set(admin.post("/console/types/new/", sent).context["errors"]) == {"code"}
    wrong = sent | {"code": "new", "name": "", "target_hours": "bald", "group": "x", "kind": "y", "sensitive": "1",
                    "questionnaire": "questions:\n- {name: A, kind: text}"}  # fmt: skip
    answer = admin.post("/console/types/new/", wrong)
    assert answer.status_code == 422
    assert set(answer.context["errors"]) == {"code", "name", "target_hours", "group", "kind", "public", "questions.A.name",
                                             "questions.A.tr"}  # fmt: skip
    assert 'value="bald"' in answer.content.decode()


@pytest.mark.parametrize("text", ["[", "a: &x 1\nb: *x", "- 1", "questions: 3", "!!python/object:os.system {}", "x" * 50_000,
                                  "questions: [{name: a, kind: date, tr: 2026-01-01}]", "\x00", "{" * 3000])  # fmt: skip
def test_absurd_questions_are_told_and_break_nothing(city: City, admin, text: str):
    assert admin.post("/console/types/preview/", {"questionnaire": text}).status_code == 200
    status = admin.post("/console/types/cukur/", form_of("cukur", questionnaire=text)).status_code
    assert status == (302 if "2026" in text else 422)


def test_text_of_questions_reads_back():
    assert from_text(as_text(ROAD)) == ROAD
    mixed = {"urgency": ROAD["urgency"], "questions": [dict(sorted(ROAD["questions"][0].items()))]}
    assert as_text(mixed).startswith("questions:\n- name: depth\n  kind: number\n  tr: Ne kadar")
    with pytest.raises(InvalidInput) as refused:
        from_text("questions:\n  - {name")
    assert "2" in refused.value.errors["questionnaire"][0]


def test_the_preview_is_what_the_citizen_sees(city: City, admin):
    sent = {"questionnaire": as_text(ROAD), "answer.depth": "20"}
    page = html.unescape(admin.post("/console/types/preview/", sent).content.decode())
    assert "Yol kapalı mı?" in page
    page = html.unescape(admin.post("/console/types/preview/", {"questionnaire": "questions: [{name: a}]"}).content.decode())  # fmt: skip
    assert "questions.a.kind" in page


def test_a_type_is_retired_and_comes_back(city: City, admin, client):
    act = "/console/types/cukur/act/"
    admin.post(act, {"do": "retire", "version": 1, "successor": "nope"})
    assert RequestType.objects.get(code="cukur").active
    admin.post(act, {"do": "retire", "version": 1, "successor": "budama"})
    row = RequestType.objects.get(code="cukur")
    assert (row.active, row.successor.code, row.version) == (False, "budama", 2)
    assert 'value="cukur"' not in client.get("/report/").content.decode()
    admin.post(act, {"do": "revive", "version": 1})  # read before it was retired
    assert not RequestType.objects.get(code="cukur").active
    admin.post(act, {"do": "revive", "version": 2})
    row.refresh_from_db()
    assert (row.active, row.successor) == (True, None)
    assert admin.post(act, {"do": "explode", "version": 3}).status_code == 404


def test_every_icon_is_drawn():
    from pathlib import Path

    from cases.rules.request_type import ICONS

    drawn = Path("cases/static/cases/icons.svg").read_text()
    assert all(f'<symbol id="{name}"' in drawn for name in ICONS)
