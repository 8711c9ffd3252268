"""Every address × everybody × whose case it is. An address that is not in the table fails."""

import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core import signing
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from PIL import Image

from accounts.models import ApiClient, Crew
from accounts.queries.viewers import viewer_of
from accounts.rules.api_keys import digest
from addresses.actions.change_requests import submit
from addresses.actions.drafting import open_draft
from addresses.actions.evidence import attach
from addresses.actions.quality import inspect
from addresses.models import (
    Address,
    EditingArea,
    GeocodeBatch,
    QualityFinding,
)
from cases.actions.notices import UNSUBSCRIBE
from cases.models import (
    BulkAct,
    Case,
    CaseReporter,
    ExternalLink,
    Partner,
    Photo,
    PlannedWork,
    Referral,
    Reporter,
    RequestType,
    SavedFilter,
    Survey,
    Transfer,
    WorkOrder,
)
from core.models import Job
from notifications.models import WebhookDelivery, WebhookSubscription
from spatial_analytics.actions.outside import take_in
from spatial_analytics.models import Dashboard, OutsideIndicator, ReportFile, SavedReport
from tests.factories import NOW, City, close_register, make_case, make_city
from tests.integration.access import exchange
from tests.integration.access.people import EVERYBODY, add_narrowed
from tests.integration.access.table import DOORS as USUAL_DOORS
from tests.integration.access.table import SEES, CaseDoor, Door
from tests.integration.access.table_cases import CASE_DOORS as USUAL_CASE_DOORS
from tests.integration.access.table_cases import LINKS
from tests.integration.access.table_works import WORKS_DOORS
from tests.works import make_work

DOORS = {**USUAL_DOORS, **WORKS_DOORS, **exchange.DOORS}
CASE_DOORS = {**USUAL_CASE_DOORS, **exchange.CASE_DOORS}

pytestmark = pytest.mark.django_db
REFUSED = {401, 403, 404}


@dataclass
class World:
    """What stands in addresses; made once for the module, and what a request does is taken back."""

    city: City
    cases: dict[str, Case] = field(default_factory=dict)
    twins: dict[int, Case] = field(default_factory=dict)
    orders: dict[int, int] = field(default_factory=dict)
    links: dict[int, tuple[int, str]] = field(default_factory=dict)
    crews: dict[str, Crew] = field(default_factory=dict)
    partner: int = 0
    transfers: dict[int, int] = field(default_factory=dict)
    draft: Any = None
    asked: Any = None
    finding: int = 0
    run: int = 0
    batch: Any = None
    programs: dict[str, Any] = field(default_factory=dict)  # by body
    subscription: Any = None
    delivery: Any = None
    saved: int = 0  # of somebody else, as the next three
    report: int = 0
    ordered: Any = None
    bulk: Any = None
    files: dict[str, Any] = field(default_factory=dict)  # tables of outside values, by body

    @property
    def door(self) -> Address:
        return self.city.doors["a5"]

    @property
    def rule(self) -> int:
        return self.city.rules["su"].pk

    def body(self, code: str) -> int:
        return self.city.bodies[code].pk

    @property
    def street(self) -> Any:
        return self.city.doors["a5"].side.street.uid

    def work(self, state: str) -> Any:
        """A planned work of body b in a state."""
        title = f"Kazı {state}"
        known = PlannedWork.objects.filter(title=title).first()
        return (known or make_work(self.city, body="b", state=state, title=title)).uid

    def crew(self, department: str) -> int:
        return self.crews[department].pk

    def crew_of(self, case: Case) -> int:
        return next(c.pk for c in self.crews.values() if c.department_id == case.department_id)

    def order(self, case: Case) -> int:
        return self.orders[case.pk]

    def transfer(self, case: Case) -> int:
        return self.transfers[case.pk]

    def link(self, case: Case) -> int:
        return self.links[case.pk][0]

    def follower(self, case: Case) -> str:
        return f"follower-{case.pk}"

    def like(self, case: Case) -> Case:
        """Another one that the same people see."""
        return self.twins[case.pk]

    def survey(self, case: Case) -> str:
        return f"survey-{case.pk}"

    @property
    def unsubscribe(self) -> str:
        return signing.dumps("index", salt=UNSUBSCRIBE)

    def party(self, case: Case) -> str:
        return self.links[case.pk][1]


@pytest.fixture(scope="module")
def world(module_data: None) -> Iterator[World]:
    city = add_narrowed(make_city())
    w = World(city)
    RequestType.objects.filter(code="budama").update(sensitive=True, public=False)
    for key in ("a:temizlik", "b:temizlik"):
        w.crews[key] = Crew.objects.create(department=city.departments[key], name="1")
    w.crews["a:temizlik"].members.add(city.people["crew"])
    partner = Partner.objects.create(
        organisation=city.bodies["baski"], endpoint="https://example.org",
        closed_as=city.results["done"],
    )  # fmt: skip
    w.partner = partner.pk
    areas, a, b = city.areas.neighbourhoods, "a:temizlik", "b:temizlik"
    for name, kind, department, letter, at in (
        ("own", "cop", a, "A", (0.5, 0.5)),
        ("other_area", "cop", a, "B", (2.5, 0.5)),
        ("other_body", "cop", b, "B", (2.5, 0.5)),
        ("sensitive", "budama", a, "A", (0.5, 0.5)),
    ):
        case, twin = (
            make_case(
                city, kind=kind, department=department, at=at, state="WITH_EXTERNAL_PARTY",
                neighbourhood=areas[letter], district=areas[letter].district,
                description=f"Metin-{name}", opened_at=timezone.now(), public=public,
            )
            for public in (kind != "budama", False)
        )  # fmt: skip
        w.cases[name] = case
        w.twins[case.pk] = twin
        out = io.BytesIO()
        Image.new("RGB", (4, 4)).save(out, "JPEG")
        photo = Photo(case=case, sha256=f"{case.pk:064d}", width=4, height=4)
        photo.file.save("x.jpg", ContentFile(out.getvalue()))
        reporter = Reporter.objects.create(full_name="Ayşe Yılmaz", phone="+905321112267")
        CaseReporter.objects.create(case=case, reporter=reporter)
        CaseReporter.objects.create(
            case=case, reporter=Reporter.objects.create(), follows=True, token=w.follower(case)
        )
        Survey.objects.create(case=case, digest=digest(w.survey(case)))
        token = f"party-{name}"
        link = ExternalLink.objects.create(
            case=case, digest=digest(token), party="Firma",
            expires_at=timezone.now() + timezone.timedelta(days=5),
        )  # fmt: skip
        w.links[case.pk] = link.pk, token
        w.orders[case.pk] = WorkOrder.objects.create(
            case=case, crew=w.crews[department], planned_day="2026-12-01"
        ).pk
        referral = Referral.objects.create(case=case, to_department=case.department, reason="x")
        w.transfers[case.pk] = Transfer.objects.create(
            referral=referral, case=case, partner=partner, mark=name, state="STUCK"
        ).pk
    close_register()
    EditingArea.objects.create(organisation=city.bodies["a"], district=city.areas.districts["A"])
    boss = viewer_of(city.people["administrator"])
    w.draft = open_draft(viewer=boss, kind="EDIT", title="Taslak", reason="x", now=NOW)
    attach(w.draft, viewer=boss, file=ContentFile(b"%PDF-1.7", name="karar.pdf"))
    w.asked = submit(
        kind="MISSING_ADDRESS", source="PARTNER", text="Atatürk 5", now=NOW,
        point=city.areas.at(0.5, 0.5),
    )  # fmt: skip
    w.asked.photo.save("x.jpg", ContentFile(out.getvalue()))
    inspect(None, now=NOW)
    w.finding = QualityFinding.objects.filter(neighbourhood=areas["A"]).first().pk
    w.run = Job.objects.create(name="cases.what_if").pk
    owner = city.people["superuser"].__class__.objects.create_user("owner", password="x")
    w.batch = GeocodeBatch.objects.create(
        owner=owner, name="x", form="CSV", expires_at=timezone.now() + timezone.timedelta(days=1)
    ).uid
    Dashboard.objects.create(owner=owner, slug="somebody-elses", title="x", layout={"tiles": []})
    w.saved = SavedFilter.objects.create(owner=owner, name="x").pk
    w.report = SavedReport.objects.create(owner=owner, title="x", code="daily").pk
    w.ordered = ReportFile.objects.create(owner=owner, code="daily", form="csv", name="x").uid
    w.bulk = BulkAct.objects.create(key=uuid.uuid4(), by=owner, act="accept").key
    for body in ("a", "b"):
        w.programs[body] = ApiClient.objects.create(organisation=city.bodies[body], name="x")
    w.subscription = WebhookSubscription.objects.create(
        user=owner, url="https://x", secret="x", kinds=["register.advanced"]
    )
    w.delivery = WebhookDelivery.objects.create(
        subscription=w.subscription, topic="register", number=1, kind="register.advanced",
        data={}, happened_at=NOW,
    )  # fmt: skip
    for body in ("a", "b"):
        indicator = OutsideIndicator.objects.create(
            code=f"of-{body}", name=body, level="city", organisation=city.bodies[body]
        )
        w.files[body] = take_in(
            indicator, b"Ay;Tutar\n2026-01;5\n", name="x.csv", by=None, now=NOW
        ).uid
    yield w


def names_of(patterns: Any) -> Iterator[str]:
    for p in patterns:
        if hasattr(p, "url_patterns"):
            if p.namespace != "admin":
                yield from names_of(p.url_patterns)
        else:
            yield p.name


def test_every_address_is_in_the_table():
    known = {*DOORS, *CASE_DOORS, *LINKS}
    assert set(names_of(get_resolver().url_patterns)) == known


def client_of(world: World, who: str) -> Client:
    client = Client(raise_request_exception=True)
    if who != "anonymous":
        client.force_login(world.city.people[who])
    return client


def enters(client: Client, method: str, path: str, data: Any) -> bool:
    """Whether the request got in. Whatever it did is taken back."""
    with transaction.atomic():
        json = path.startswith(("/api/", "/geocode/", "/compat/"))
        extra: dict[str, Any] = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
        if json and data is not None:
            extra["content_type"] = "application/json"
        answer = getattr(client, method)(path, data if data is not None else {}, **extra)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (path, answer.status_code)
    if answer.status_code == 302 and "/sign-in/" in answer["Location"] and "?x" not in path:
        return False
    if answer.status_code == 409 and b"not_yours" in answer.content:
        return False
    return answer.status_code not in REFUSED


def doors() -> list[tuple[str, int, Door]]:
    return [
        (name, i, door)
        for name, entry in DOORS.items()
        for i, door in enumerate(entry if isinstance(entry, tuple) else (entry,))
    ]


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_gets_in(world: World, db: None, who: str):
    wrong = []
    client = client_of(world, who)
    for name, i, door in doors():
        if name == "logout":
            continue  # the last, below
        path = door.path if isinstance(door.path, str) else door.path(world)
        if enters(client, door.method, path, door.data) is not (who in door.who):
            wrong.append(f"{name}[{i}] {door.method} {path}: expected {who in door.who}")
    assert client.post("/sign-out/").status_code == 302
    assert not wrong, "\n".join([who, *wrong])


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_reaches_whose_case(world: World, db: None, who: str):
    wrong = []
    client = client_of(world, who)
    for name, door in CASE_DOORS.items():
        for whose, case in world.cases.items():
            expected = who in SEES[whose] and who in door.may
            if enters_case(client, world, case, name, door) is not expected:
                wrong.append(f"{name} {whose}: expected {expected}")
    assert not wrong, "\n".join([who, *wrong])


# These answer with a message on the page they came from: what counts is whether anything was done.
BY_EFFECT = {"work_plan", "work_move", "work_reorder"}


def enters_case(client: Client, world: World, case: Case, name: str, door: CaseDoor) -> bool:
    data = door.data(world, case) if callable(door.data) else door.data
    path = door.path(world, case)
    if name not in BY_EFFECT:
        return enters(client, door.method, path, data)
    with transaction.atomic():
        if name == "work_plan":
            WorkOrder.objects.filter(case=case).delete()
            Case.objects.filter(pk=case.pk).update(state="ACCEPTED")
        if name == "work_reorder":
            WorkOrder.objects.exclude(case=case).delete()
            WorkOrder.objects.filter(case=case).update(position=7)
        if name == "work_move":
            Case.objects.filter(pk=case.pk).update(state="PLANNED")
        before = footprint(case)
        answer = client.post(path, data)
        assert answer.status_code < 500, (path, answer.status_code)
        done = footprint(case) != before
        transaction.set_rollback(True)
    return done


def footprint(case: Case) -> list[Any]:
    return list(WorkOrder.objects.filter(case=case).values_list("state", "position", "version"))


@pytest.mark.parametrize("who", EVERYBODY)
def test_lists_exports_tiles_and_counts_hold_what_is_seen(world: World, db: None, who: str):
    client = client_of(world, who)
    seen = {world.cases[w].number for w, people in SEES.items() if who in people}
    numbers = {c.number for c in world.cases.values()}
    for path in ("/console/?state=all", "/console/cases.csv?state=all", "/api/v1/cases?state=all"):
        answer = client.get(path)
        body = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        assert {n for n in numbers if n in body} == seen, path
    for case in world.cases.values():  # a number that is typed ignores the filters, not the rights
        body = client.get("/console/", {"q": case.number}).content.decode()
        assert (f"/console/cases/{case.number}/" in body) is (case.number in seen)
    if who in SEES["own"] or who == "type":
        assert client.get("/api/v1/cases?state=all").json()["count"] == 2 * len(
            seen
        )  # with their twins


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_link_is_its_holders_whoever_follows_it(world: World, db: None, who: str):
    client, case = client_of(world, who), world.cases["own"]
    for name, path in LINKS.items():
        method = "post" if name == "tracking_move" else "get"
        assert enters(client, method, path(world, case), {}), name
        wrong = path(world, case)
        for secret in (case.token, "party-own", world.follower(case), world.survey(case)):
            wrong = wrong.replace(f"/{secret}/", f"/{'x' * 30}/")
        if name == "unsubscribe":
            wrong = wrong[:-2] + "/"
        assert getattr(client, method)(wrong).status_code in (404, 410), name


def test_the_admin_is_for_staff_alone(world: World, db: None):
    for who in EVERYBODY:
        answer = client_of(world, who).get("/admin/")
        assert (answer.status_code == 200) is (who == "superuser"), who
