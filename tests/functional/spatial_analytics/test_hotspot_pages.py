"""The pages of forecasts as a browser asks for them."""

import csv
import html
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from cases.models import RequestTypeGroup
from notifications.models import Message
from spatial_analytics.actions.letters import send_letters
from spatial_analytics.models import HotspotArea, HotspotReader, HotspotRun
from tests.functional.spatial_analytics.conftest import text_of
from tests.integration.spatial_analytics.city import Town

pytestmark = pytest.mark.django_db


def test_hotspots_without_a_forecast(client, town: Town):
    response = client.get(reverse("hotspots"), HTTP_ACCEPT_LANGUAGE="tr")
    assert "Henüz tahmin yok" in text_of(response)


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ({"code": "too_few_cases", "facts": {"count": 37, "minimum": 200}}, "37 usable requests; at least 200"),
        ({"code": "too_few_cases", "facts": {"count": 2, "minimum": 200}}, "<3 usable requests; at least 200"),
        ({"code": "too_few_cases", "facts": {"weeks": 9, "minimum_weeks": 12}}, "cover 9 whole weeks; at least 12"),
        ({"code": "one_spot_only", "facts": {"places": 4, "minimum": 10}}, "on 4 different places; at least 10"),
        ({"code": "too_few_cases"}, "As it was told."),  # of a night before facts were kept
    ],
)  # fmt: skip
def test_why_there_is_no_forecast_of_some_types_is_said_wherever_one_asks(
    client, run: HotspotRun, town: Town, refusal, said
):
    from core.models import Job

    skipped = {
        "*": {"code": "x", "reason": "…"},
        str(town.parks.pk): {"reason": "As it was told."} | refusal,
    }
    Job.objects.create(
        name="spatial_analytics.forecast_hotspots", state="DONE", result={"skipped": skipped}
    )
    asked, english = {"group": town.parks.pk}, {"HTTP_ACCEPT_LANGUAGE": "en"}
    page = client.get(reverse("hotspots"), asked, **english)
    assert page.status_code == 200
    text = html.unescape(text_of(page))
    assert (
        f"There is no forecast of these types. {'There are ' if 'usable' in said else ''}" in text
    )
    assert said in text
    assert "Hotspots of the coming week: Parks" in text
    for name, parts in (
        ("hotspot_table", []), ("hotspot_areas", []), ("hotspots_export", []),
        ("hotspot_cells", ["csv"]), ("hotspot_area_shapes", []), ("hotspot_cells", ["geojson"]),
    ):  # fmt: skip
        answer = client.get(reverse(name, args=parts), asked, **english)
        assert answer.status_code == 404
        if answer.headers["Content-Type"] == "application/problem+json":
            assert said in answer.json()["detail"]
        else:
            assert said in html.unescape(text_of(answer))


@pytest.mark.parametrize(
    "path", ["why.json?cell=892da0b1187ffff&", "areas.geojson?", "cells.geojson?"]
)
def test_a_forecast_that_there_is_not_is_a_problem_where_json_is_asked_for(client, run, path):
    answer = client.get(f"/maps/hotspots/{path}run=999999", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {"status": 404, "detail": "There is no such forecast."}
    card = client.get("/maps/hotspots/runs/999999/card.json")
    assert (card.status_code, card.headers["Content-Type"]) == (404, "application/problem+json")


def test_hotspots_say_how_far_to_trust_them(client, run: HotspotRun):
    text = text_of(client.get(reverse("hotspots"), HTTP_ACCEPT_LANGUAGE="en"))
    assert "Over the last 26 weeks the best 5 % of the cells caught 18.1 %" in text
    assert "(95 % interval 17.1 to 19.1)" in text
    assert "That is 3.62 times what chance would catch" in text
    assert "A simple mean does as well" in text
    assert "4775 cases on one exact point (42.3594, -71.0587)" in text
    assert "synthetic" not in text


@pytest.mark.parametrize(("weeks", "spoken"), [("1", "week"), ("4", "4 weeks")])
def test_a_forecast_of_before_today_is_named_by_its_first_day(
    client, run: HotspotRun, weeks, spoken
):
    def title() -> str:
        asked = {"run": run.pk, "weeks": weeks}
        page = client.get(reverse("hotspots"), asked, HTTP_ACCEPT_LANGUAGE="en")
        return re.search(r"<h1>(.*?)</h1>", page.content.decode())[1]

    assert title() == f"Hotspots of the coming {spoken}"
    run.horizon_start = timezone.localdate() - timedelta(days=7)  # four weeks are not over then
    run.save()
    assert title() == f"Hotspots of the {spoken} from {run.horizon_start:%d.%m.%Y}"


@pytest.mark.parametrize(
    ("low", "value", "high", "said"),
    [
        (-0.03, -0.02, -0.01, "A simple mean does better: stack of learned and smooth against 8-week mean -2.0"),
        (-0.03, -0.01, 0.0, "A simple mean does better"),
        (-0.02, -0.01, 0.01, "A simple mean does as well"),
        (0.0, 0.0, 0.0, "A simple mean does as well"),
    ],
)  # fmt: skip
def test_a_simple_mean_that_does_better_is_said_to(client, run: HotspotRun, low, value, high, said):
    run.scores["gain"] = {"low": low, "value": value, "high": high}
    run.save()
    assert said in text_of(client.get(reverse("hotspots"), HTTP_ACCEPT_LANGUAGE="en"))


def test_hotspots_in_turkish(client, run: HotspotRun):
    text = text_of(client.get(reverse("hotspots"), HTTP_ACCEPT_LANGUAGE="tr"))
    assert "Basit bir ortalama da aynı işi görüyor" in text
    assert "en yüksek beklentili %5" in text
    assert "%18,1" in text


def test_a_synthetic_city_says_so_beside_the_accuracy(client, run: HotspotRun):
    from core.models import Fact

    Fact.objects.create(name="synthetic", value=True)
    text = text_of(client.get(reverse("hotspots"), HTTP_ACCEPT_LANGUAGE="en"))
    assert "This city's cases are synthetic" in text


@pytest.mark.parametrize(
    "show", ["expected", "p_unusual", "distinct", "per_100", "emerging", "happened"]
)
def test_every_way_to_show_a_forecast(client, run: HotspotRun, show: str):
    assert client.get(reverse("hotspots"), {"show": show, "weeks": "1"}).status_code == 200


def test_a_length_that_was_not_forecast_says_so(client, run: HotspotRun):
    text = text_of(client.get(reverse("hotspots"), {"weeks": "4"}, HTTP_ACCEPT_LANGUAGE="en"))
    assert "too short to forecast so far ahead" in text


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [
        ("hotspots", {"weeks": "3"}, "weeks"), ("hotspots", {"show": "all"}, "show"),
        ("hotspots", {"run": "-1"}, "run"), ("hotspot_areas", {"sort": "x"}, "sort"),
        ("hotspot_why", {"cell": "zz"}, "cell"),
    ],
)  # fmt: skip
def test_a_bad_question_about_a_forecast(client, run: HotspotRun, name, query, field):
    response = client.get(reverse(name), query)
    assert response.status_code == 400
    assert field in response.content.decode()


def test_the_files_of_a_forecast_agree(client, run: HotspotRun):
    text = client.get(reverse("hotspot_cells", args=["csv"])).getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    shapes = client.get(reverse("hotspot_cells", args=["geojson"])).json()
    assert len(rows) == len(shapes["features"]) == run.cells.count()
    for row, feature in zip(rows, shapes["features"], strict=True):
        assert row["h3"] == feature["properties"]["h3"]
        assert float(row["expected"]) == feature["properties"]["expected"]
    assert shapes["forecast"]["accuracy"]
    parquet = client.get(reverse("hotspot_cells", args=["parquet"])).content
    assert parquet[:4] == b"PAR1"
    assert client.get(reverse("hotspot_cells", args=["exe"])).status_code == 404


def test_the_model_card(client, run: HotspotRun):
    text = text_of(client.get(reverse("hotspot_card", args=[run.pk]), HTTP_ACCEPT_LANGUAGE="en"))
    assert "must not be used to judge the people of a place" in text
    assert "exponentially" not in text  # only what was measured
    assert "stack" in text
    stored = client.get(reverse("hotspot_card_json", args=[run.pk])).json()
    assert stored["scores"] == run.scores
    assert client.get(reverse("hotspot_card", args=[run.pk + 1])).status_code == 404


def test_the_public_is_told_factors_and_staff_the_counts(client, run: HotspotRun, manager):
    cell = run.cells.order_by("rank_share").first()
    cell.because = {
        "ordinary": 0.4, "counts": [1, 0, 2],
        "parts": [["recent", 2.5, {"recent": 1.25, "ordinary": 0.5}], ["season", 1.0, {"rest_days": 0}]],
    }  # fmt: skip
    cell.save()
    asked = {"cell": f"{cell.h3:x}"}
    answer = client.get(reverse("hotspot_why"), asked, HTTP_ACCEPT_LANGUAGE="en").json()
    assert answer["counts"] is None
    assert answer["lines"][0] == "× 2.50: its last four weeks"
    client.force_login(manager)
    answer = client.get(reverse("hotspot_why"), asked, HTTP_ACCEPT_LANGUAGE="en").json()
    assert answer["counts"] == [1, 0, 2]
    assert answer["lines"][0].startswith("× 2.50: its last four weeks (1.25 a week")
    other = run.cells.exclude(pk=cell.pk).first()
    for index, said in (
        (f"{other.h3:x}", "for the highest hexagons only"),
        ("891f1d48177ffff", "not in this forecast"),
    ):
        answer = client.get(reverse("hotspot_why"), {"cell": index}, HTTP_ACCEPT_LANGUAGE="en")
        assert answer.status_code == 404
        assert said in answer.json()["detail"]


@pytest.fixture
def narrow(db):
    """Of a crew: sees the cases of one department."""
    body = Organisation.objects.create(code="crew-body", name="Belediye", kind="METROPOLITAN")
    user = User.objects.create_user("ekip", password="x")
    Membership.objects.create(user=user, organisation=body, role="CREW")
    return user


def test_counts_of_a_hexagon_are_for_whom_the_density_counts_everything(
    client, run: HotspotRun, manager, narrow
):
    cell = run.cells.order_by("rank_share").first()
    cell.because = {"ordinary": 0.4, "counts": [1, 0, 2], "parts": []}
    cell.save()
    for person, told in ((manager, [1, 0, 2]), (narrow, None)):
        client.force_login(person)
        answer = client.get(reverse("hotspot_why"), {"cell": f"{cell.h3:x}"}).json()
        assert answer["counts"] == told


def test_a_forecast_says_of_which_types_it_is(client, run: HotspotRun, town: Town):
    group = RequestTypeGroup.objects.get(pk=next(iter(town.types.values())).group_id)
    of_group = HotspotRun.objects.get(pk=run.pk)
    of_group.pk, of_group.type_group_id = None, group.pk
    of_group.save()

    def shown(**query) -> tuple[int, int | None]:
        context = client.get(reverse("hotspots"), query).context
        return context["run"].pk, context["asked"]["group"]

    assert shown(run=of_group.pk) == (of_group.pk, group.pk)
    assert group.name in text_of(client.get(reverse("hotspots"), {"run": of_group.pk}))
    assert shown(run=run.pk, group=group.pk) == (of_group.pk, group.pk)  # chosen on its page
    assert shown(run=of_group.pk, group="") == (run.pk, None)
    name = client.get(reverse("hotspot_cells", args=["csv"]), {"run": of_group.pk})
    assert group.code in name["Content-Disposition"]


def test_a_chance_is_rounded_and_not_cut(client, run: HotspotRun):
    cell = run.cells.order_by("rank_share").first()
    cell.because = {"ordinary": 0.4, "counts": [], "parts": [["recent", 1.796, {}]]}
    cell.save()
    asked = {"cell": f"{cell.h3:x}"}
    answer = client.get(reverse("hotspot_why"), asked, HTTP_ACCEPT_LANGUAGE="en").json()
    assert answer["lines"][0].startswith("× 1.80")


def test_who_reports(client, town: Town, manager):
    assert client.get(reverse("hotspot_bias")).status_code == 302
    client.force_login(manager)
    text = text_of(client.get(reverse("hotspot_bias"), {"sort": "name"}))
    assert "Akçay" in text
    table = client.get(reverse("hotspot_bias"), {"form": "csv"}).getvalue().decode()
    assert len(table.splitlines()) == 4


def test_the_lists_sort_both_ways(client, run: HotspotRun, manager):
    for rank, (name, expected, usual) in enumerate([("Zeytinli", 4, 1), ("Çay", 9, 8)], 1):
        HotspotArea.objects.create(
            run=run, rank=rank + 900, name=name, expected=expected, usual=usual, trend=1, cells=[],
            geom="MULTIPOLYGON(((27 39,27.1 39,27.1 39.1,27 39)))",
        )  # fmt: skip
    client.force_login(manager)
    first = {
        "": "Zeytinli",
        "excess": "Çay",
        "-expected": "Çay",
        "name": "Çay",
        "-name": "Zeytinli",
    }
    for sort, name in first.items():
        text = client.get(reverse("hotspot_areas"), {"sort": sort} if sort else {}).content.decode()
        assert min(("Zeytinli", "Çay"), key=text.index) == name
    for sort in ("cases", "-cases", "-name", "-per_100", "distinct", "-dwellings"):
        rows = client.get(reverse("hotspot_bias"), {"sort": sort, "form": "csv"}).getvalue()
        turned = sort[1:] if sort.startswith("-") else f"-{sort}"
        other = client.get(reverse("hotspot_bias"), {"sort": turned, "form": "csv"}).getvalue()
        assert sorted(rows.splitlines()) == sorted(other.splitlines())


def test_types_of_one_or_two_requests_are_told_to_who_counts_everything_only(
    client, run: HotspotRun, town: Town, manager, narrow
):
    hole, tree = town.types["hole"], town.types["tree"]
    shape = "MULTIPOLYGON(((27 39,27.1 39,27.1 39.1,27 39)))"
    kept = [
        {"type": hole.pk, "share": 0.6, "count": 3},
        {"type": tree.pk, "share": 0.4, "count": 2},
    ]
    before = [{"type": hole.pk, "share": 1.0}]  # of a forecast that kept no counts
    for rank, types in enumerate((kept, before), 1):
        HotspotArea.objects.create(
            run=run, rank=rank, name=f"Yer {rank}", expected=1, usual=0.1, trend=1, cells=[],
            geom=shape, types=types,
        )  # fmt: skip

    def told() -> list[list[str]]:
        page, file = (
            client.get(reverse("hotspot_areas"), {"sort": "name", "form": form}, HTTP_ACCEPT_LANGUAGE="en")
            .getvalue().decode() for form in ("", "csv")
        )  # fmt: skip
        lines = csv.reader(file.splitlines()[1:])
        return [re.findall(r"<td>([^<]*)</td></tr>", page), [line[-1] for line in lines]]

    few = [f"{hole.name} 60 %", ""]
    assert told() == [few, few]
    client.force_login(narrow)
    assert told() == [few, few]
    client.force_login(manager)
    every = [f"{hole.name} 60 %, {tree.name} 40 %", f"{hole.name} 100 %"]
    assert told() == [every, every]


def test_what_is_usual_in_a_rare_area_is_told_nowhere(client, run: HotspotRun, manager):
    manager.email, manager.language = "manager@example.org", "en"
    manager.save()
    for rank, usual in ((1, 2.9 / 52), (2, 2.5)):
        HotspotArea.objects.create(
            run=run, rank=rank, name=f"Yer {rank}", expected=5 - rank, usual=usual, trend=1,
            cells=[], geom="MULTIPOLYGON(((27 39,27.1 39,27.1 39.1,27 39)))",
        )  # fmt: skip
    english = {"HTTP_ACCEPT_LANGUAGE": "en"}
    text = text_of(client.get(reverse("hotspots"), **english))
    assert "4.0 expected, – usual" in text and "3.0 expected, 2.5 usual" in text
    text = text_of(client.get(reverse("hotspot_areas"), {"sort": "usual"}, **english))
    assert "Yer 2 3.0 2.5 0.5" in text and "Yer 1 4.0 – –" in text
    assert text.index("Yer 2") < text.index("Yer 1")  # what is not told is last
    table = client.get(reverse("hotspot_areas"), {"form": "csv"}).getvalue().decode()
    assert "Yer 1,4.00,,," in table and "Yer 2,3.00,2.50," in table
    shapes = client.get(reverse("hotspot_area_shapes")).json()["features"]
    assert [one["properties"].get("usual") for one in shapes] == [None, 2.5]
    client.force_login(manager)
    client.post(reverse("hotspots_letter"), {"wanted": "1"})
    send_letters(now=HotspotReader.objects.get().next_at)
    body = Message.objects.get(key__startswith="hotspots:").body
    assert "Yer 1: 4.0 expected, – usual" in body and "Yer 2: 3.0 expected, 2.5 usual" in body


def test_learning_is_ordered_once_and_stopped(client, town: Town, manager):
    import spatial_analytics.jobs  # noqa: F401 - registers the handlers
    from core.models import Job

    client.force_login(manager)
    for _ in range(2):
        assert client.post(reverse("hotspots_learn"), {"do": "learn"}).status_code == 302
    job = Job.objects.get(name="spatial_analytics.forecast_hotspots")
    for state, message, said in (
        ("WAITING", "", "It waits for its turn."),
        ("RUNNING", "", "the requests are being read."),
        ("RUNNING", "3/21", "3 of 21 forecasts are made."),
    ):
        Job.objects.filter(pk=job.pk).update(state=state, message=message)
        html = client.get(reverse("hotspots"), HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert re.search(rf"</progress> [^<]*{re.escape(said)}</p>", html)
    client.post(reverse("hotspots_learn"), {"do": "stop"})
    job.refresh_from_db()
    assert job.state == "CANCELLED"


@pytest.mark.parametrize("sent", [{}, {"do": ""}, {"do": "begin"}])
def test_only_who_says_learn_begins_it(client, town: Town, manager, sent):
    from core.models import Job

    client.force_login(manager)
    answer = client.post(reverse("hotspots_learn"), sent, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 400
    assert "learn or stop" in text_of(answer)
    assert not Job.objects.filter(name="spatial_analytics.forecast_hotspots").exists()


def test_the_weekly_letter_tells_those_who_want_it(client, run: HotspotRun, manager):
    manager.email = "manager@example.org"
    manager.language = "en"
    manager.save()
    client.force_login(manager)
    client.post(reverse("hotspots_letter"), {"wanted": "1"})
    reader = HotspotReader.objects.get()
    assert reader.next_at.astimezone(ZoneInfo("Europe/Istanbul")).weekday() == 0
    assert send_letters(now=reader.next_at - timedelta(minutes=1)) == 0
    assert send_letters(now=reader.next_at) == 1
    assert send_letters(now=reader.next_at) == 0
    message = Message.objects.get(key__startswith="hotspots:")
    assert "How far to trust it" in message.body
    assert "18.1 %" in message.body
    assert "Nothing new stood out" in message.body
    client.post(reverse("hotspots_letter"), {"wanted": "0"})
    assert not HotspotReader.objects.exists()


def test_who_has_no_address_is_not_promised_a_letter(client, run: HotspotRun, manager):
    User.objects.filter(pk=manager.pk).update(email="")
    client.force_login(manager)
    answer = client.post(
        reverse("hotspots_letter"), {"wanted": "1"}, follow=True, HTTP_ACCEPT_LANGUAGE="en"
    )
    said = [(message.level_tag, str(message)) for message in answer.context["messages"]]
    assert len(said) == 1 and said[0][0] == "error"
    assert said[0][1].startswith("Your account has no e-mail address")
    assert not HotspotReader.objects.exists()
