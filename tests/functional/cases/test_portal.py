"""The citizen's pages as a browser without JavaScript uses them."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from cases.actions.move import give_up_unanswered, move_case
from cases.models import Case, CaseReporter, IntakeMessage, Photo, Reporter
from notifications.models import Message
from tests.factories import NOW, City, door, make_case
from tests.functional.cases.photos import no_photo, photo, video

pytestmark = pytest.mark.django_db
TEXT = "Hasan Basri Çantay mah. 10028 Sk no:9 önünde çöp alınmıyor"


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form, as a browser would send them back."""
    fields = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken":
            fields[name[1]] = html.unescape(value[1]) if value else ""
    return fields


@pytest.fixture
def form(city: City, client: Client):
    """An opened form: `form(description=…)` fills it in and sends it."""
    key = hidden(client.get("/report/").content.decode())["key"]
    return lambda **fields: client.post("/report/", {"key": key} | fields)


def kept(page: str) -> str:
    return html.unescape(page)


def test_an_empty_form_is_asked_for_the_field(form):
    response = form(description="")
    assert response.status_code == 422
    assert list(response.context["errors"]) == ["description"]
    page = response.content.decode()
    assert re.search(r'<textarea id="description"[^>]*aria-invalid="true"', page)
    assert "Traceback" not in page
    assert IntakeMessage.objects.count() == 0


def test_text_alone_leads_to_a_door_and_a_tracking_page(city: City, form, client: Client):
    response = form(description=TEXT, phone="0532 111 22 33")
    case = Case.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/t/{case.token}/")
    assert case.address == city.doors["sk9"]
    assert case.department == city.departments["a:temizlik"]
    page = client.get(response["Location"]).content.decode()
    assert case.number in page
    assert "Altıeylül Belediyesi · Temizlik" in kept(page)
    assert "çöp alınmıyor" in page
    assert "5321112233" not in page
    assert Reporter.objects.get().phone == "+905321112233"


def test_a_pin_and_a_photo(city: City, form, client: Client):
    lon, lat = city.areas.at(0.5, 0.5)
    location = form(
        description="çöp alınmıyor", lon=f"{lon}".replace(".", ","), lat=str(lat), photo=[photo()]
    )["Location"]
    case = Case.objects.get()
    assert (case.geom.x, case.geom.y) == (lon, lat)
    (url,) = set(re.findall(r'src="(/t/[^"]+\.jpg)"', client.get(location).content.decode()))
    image = client.get(url)
    assert image.status_code == 200
    assert b"".join(image.streaming_content).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"description": "x" * 4001}, "description"),
        ({"lon": "27.9"}, "lat"),
        ({"lon": "abc", "lat": "39.6"}, "lon"),
        ({"lon": "nan", "lat": "39.6"}, "lon"),
        ({"lon": "27.9", "lat": "1e400"}, "lat"),
        ({"lon": "26.0", "lat": "39.4"}, "place"),
        ({"lon": "27.9", "lat": "88"}, "place"),
        ({"description": "çöp alınmıyor"}, "place_text"),
        ({"phone": "123"}, "phone"),
        ({"email": "a@b"}, "email"),
        ({"request_type": "uydurma"}, "request_type"),
        ({"place": "address:" + "9" * 6000}, "address"),
        ({"place": "address:999999999"}, "address"),
    ],
)
def test_each_fault_is_told_at_its_field_and_what_was_written_is_kept(form, fields, field):
    response = form(**{"description": TEXT, "full_name": "Ayşe Özlem", **fields})
    assert response.status_code == 422
    assert list(response.context["errors"]) == [field]
    page = response.content.decode()
    assert "Ayşe Özlem" in page
    assert kept(fields.get("description", TEXT)) in kept(page)
    assert html.escape(response.context["errors"][field][0]) in page
    assert "Traceback" not in page and "Exception" not in page
    assert Case.objects.count() == IntakeMessage.objects.count() == 0


@pytest.mark.parametrize(("file", "word"), [(no_photo, "foto.jpg"), (lambda: video(60), "60")])
def test_a_photo_that_is_none_or_too_large(form, file, word):
    response = form(description=TEXT, photo=[file()])
    assert response.status_code == 422
    assert list(response.context["errors"]) == ["photo"]
    assert word in response.context["errors"]["photo"][0]
    assert TEXT in response.content.decode()
    assert Case.objects.count() == 0


def test_more_photos_than_allowed(form):
    response = form(description=TEXT, photo=[photo(n * 20) for n in range(6)])
    assert response.status_code == 422
    assert list(response.context["errors"]) == ["photo"]
    # The first five are kept, and the form can be sent.
    assert response.context["kept_photos"] == 5
    assert form(description=TEXT).status_code == 302


def test_a_photo_is_kept_over_an_error_elsewhere(form):
    first = form(description="", photo=[photo()])
    assert (first.status_code, first.context["kept_photos"]) == (422, 1)
    second = form(description=TEXT, phone="1")
    assert (second.status_code, second.context["kept_photos"]) == (422, 1)
    assert form(description=TEXT)["Location"].startswith("/t/")
    assert Photo.objects.count() == 1


def test_a_photo_survives_a_bad_one_beside_it(form):
    response = form(description=TEXT, photo=[photo(), no_photo()])
    assert (response.status_code, response.context["kept_photos"]) == (422, 1)


def test_another_photo_may_follow_the_first(form):
    form(description="", photo=[photo(10)])
    form(description=TEXT, photo=[photo(200)])
    assert Photo.objects.count() == 2


@pytest.mark.parametrize("how", ["photo in the form", "photo of an earlier try", "no photo"])
def test_a_form_sent_twice_gives_the_same_case(form, how):
    def send():
        files = [photo()] if how == "photo in the form" else []
        return form(description=TEXT, **({"photo": files} if files else {}))

    if how == "photo of an earlier try":
        form(description="", photo=[photo()])
    first, again = send(), send()
    assert (first.status_code, again.status_code) == (302, 302)
    assert first["Location"] == again["Location"]
    assert Case.objects.count() == IntakeMessage.objects.count() == 1
    assert Photo.objects.count() == (0 if how == "no photo" else 1)


def test_going_back_and_writing_something_else_is_another_request(form, client: Client):
    form(description=TEXT, photo=[photo()])
    changed = TEXT + ", çok kötü kokuyor"
    response = form(description=changed)
    assert response.status_code == 409
    page = response.content.decode()
    assert changed in page
    assert response.context["kept_photos"] == 1
    again = client.post("/report/", {**hidden(page), "description": changed, "nearby": "none"})
    assert again.status_code == 302
    assert Case.objects.count() == 2
    assert Photo.objects.count() == 2


@pytest.fixture
def two_places(city: City) -> list[int]:
    """The same street and number in both districts."""
    return [
        door(city.areas, street="Lale Sokak", number=4, neighbourhood="A", at=(0.3, 0.3)).pk,
        door(city.areas, street="Lale Sokak", number=4, neighbourhood="B", at=(2.3, 0.3)).pk,
    ]


AMBIGUOUS = {"description": "çöp alınmıyor", "place_text": "Lale Sokak no 4", "full_name": "Öz"}


def test_where_several_places_fit_the_citizen_chooses(city: City, two_places, form, client):
    response = form(**AMBIGUOUS, photo=[photo()])
    assert response.status_code == 200
    assert Case.objects.count() == 0
    page = response.content.decode()
    offered = [int(n) for n in re.findall(r'value="address:(\d+)"', page)]
    assert sorted(offered) == sorted(two_places)
    answer = client.post("/report/", {**hidden(page), "place": f"address:{two_places[1]}"})
    case = Case.objects.get()
    assert answer["Location"] == f"/t/{case.token}/"
    assert case.address_id == two_places[1]
    assert case.department == city.departments["b:temizlik"]
    assert (case.needs_review, case.photos.count(), case.description) == (False, 1, "çöp alınmıyor")
    again = client.post("/report/", {**hidden(page), "place": f"address:{two_places[1]}"})
    assert again["Location"] == answer["Location"]
    assert Case.objects.count() == 1


def test_who_chooses_none_of_them_is_not_put_at_one_of_them(two_places, form, client):
    page = form(**AMBIGUOUS).content.decode()
    answer = client.post("/report/", {**hidden(page), "place": "none"})
    assert answer.status_code == 302
    case = Case.objects.get()
    assert case.address is None and case.needs_review is True
    assert case.place_text == "Lale Sokak no 4"
    assert {c["address_id"] for c in case.candidates} >= set(two_places)
    assert client.get(answer["Location"]).status_code == 200


def test_back_to_the_text(two_places, form, client):
    page = form(**AMBIGUOUS, photo=[photo()]).content.decode()
    response = client.post("/report/", {**hidden(page), "edit": "1"})
    assert response.status_code == 200
    assert 'value="Lale Sokak no 4"' in response.content.decode()
    assert response.context["kept_photos"] == 1
    assert Case.objects.count() == 0


def test_html_in_a_description_is_text(form, client):
    evil = "<script>alert('x')</script> & \"çöp\" <img src=x onerror=alert(1)>"
    page = client.get(form(description=f"{TEXT} {evil}")["Location"]).content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page
    assert evil in kept(page)
    broken = form(description=evil, phone="1", place_text='"><script>alert(2)</script>')
    assert "<script>alert" not in broken.content.decode()


@pytest.mark.parametrize("name", ["description", "place_text", "key", "full_name", "phone", "email",
                                  "request_type", "place", "lon"])  # fmt: skip
def test_bytes_that_no_keyboard_makes_never_break_the_page(form, name):
    response = form(**{"description": TEXT, name: "a\x00b\x85\u202e"})
    assert response.status_code in (200, 302, 422)


def test_blanks_from_a_word_processor_do_not_hide_the_address(city: City, form):
    form(description=TEXT.replace(" ", "\u00a0"))
    assert Case.objects.get().address == city.doors["sk9"]


def test_a_form_without_a_token_of_ours_is_refused_kindly(city: City):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/report/", {"description": TEXT})
    assert response.status_code == 403
    assert "Traceback" not in response.content.decode()


def test_pages_are_not_kept_by_browsers(city: City, client: Client, form):
    tracking = form(description=TEXT)["Location"]
    for path in ("/report/", "/track/", tracking):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_the_words_are_turkish_first_and_english_on_demand(city: City, client: Client):
    assert '<html lang="tr"' in client.get("/report/").content.decode()
    english = client.get("/report/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="en"' in english and "Report something" in english


class TestWhatTheReporterMayDo:
    def moved(self, city, case, move: str, **given):
        case = Case.objects.get(pk=case.pk)
        viewer = viewer_of(city.people["superuser"])
        return move_case(
            number=case.number, move=move, viewer=viewer, version=case.version, now=NOW, **given
        )

    def test_a_question_is_answered_on_the_page(self, city, client):
        case = make_case(city)
        url = f"/t/{case.token}/"
        assert "answer" not in client.get(url).content.decode()
        self.moved(city, case, "ask", note="Hangi kapının önünde?")
        page = client.get(url).content.decode()
        assert "Hangi kapının önünde?" in page and 'name="note"' in page
        assert client.post(f"{url}answer/", {"note": " "}).status_code == 302
        assert Case.objects.get(pk=case.pk).state == "WAITING_FOR_INFORMATION"
        client.post(f"{url}answer/", {"note": "9 numaranın"})
        case = Case.objects.get(pk=case.pk)
        assert (case.state, case.needs_review, case.answer_due_at) == ("ROUTED", True, None)
        assert "9 numaranın" in client.get(url).content.decode()

    def test_without_an_answer_it_is_closed(self, city):
        case = make_case(city)
        self.moved(city, case, "ask", note="?")
        assert give_up_unanswered(now=NOW + timedelta(days=13)) == 0
        assert give_up_unanswered(now=NOW + timedelta(days=15)) == 1
        case = Case.objects.get(pk=case.pk)
        assert (case.state, case.result_code.code) == ("CLOSED", "no_answer")

    def test_reopening_is_asked_for_and_decided(self, city, client):
        case = make_case(city, state="RESOLVED", resolved_at=NOW)
        url = f"/t/{case.token}/"
        client.post(f"{url}ask_to_reopen/", {"note": "Hâlâ orada"})
        assert Case.objects.get(pk=case.pk).state == "REOPEN_REQUESTED"
        self.moved(city, case, "refuse_to_reopen", note="Yapıldı")
        assert Case.objects.get(pk=case.pk).state == "CLOSED"
        client.post(f"{url}ask_to_reopen/", {"note": "Hâlâ orada"})
        self.moved(city, case, "reopen")
        assert Case.objects.get(pk=case.pk).state == "REOPENED"

    def test_nothing_else_is_theirs(self, city, client):
        case = make_case(city)
        for move in ("resolve", "cancel", "close", "explode", "give_up"):
            client.post(f"/t/{case.token}/{move}/", {"note": "x"})
            assert Case.objects.get(pk=case.pk).state == "ROUTED"
        assert client.post("/t/unknown/answer/", {"note": "x"}).status_code == 404
        assert client.get(f"/t/{case.token}/answer/").status_code == 405

    def test_long_ago_is_too_long(self, city, client):
        case = make_case(city, state="CLOSED", closed_at=timezone.now() - timedelta(days=31))
        client.post(f"/t/{case.token}/ask_to_reopen/", {"note": "x"})
        assert Case.objects.get(pk=case.pk).state == "CLOSED"

    def test_only_the_parent_speaks(self, city):
        parent, part = make_case(city), make_case(city)
        part.parent = parent
        part.save()
        person = Reporter.objects.create(email="a@example.com")
        for case in (parent, part):
            CaseReporter.objects.create(case=case, reporter=person)
            self.moved(city, case, "ask", note="?")
        assert [m.key.split(":")[1] for m in Message.objects.all()] == [str(parent.pk)]
