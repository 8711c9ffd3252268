"""Reports tell the same figures as raw SQL, in every form, to whoever may see them; mails each recipient's own."""

import contextlib
import csv
import dataclasses
import io
import random
import re
import zlib
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from openpyxl import load_workbook

from accounts.models import Membership, User
from accounts.queries.viewers import viewer_of
from cases.models import Case, RequestType
from core.api.problems import InvalidInput
from core.models import Job
from core.rules.handlers import HANDLERS
from core.web.numbers import written
from notifications.actions.outbox import send_waiting
from notifications.models import Message
from spatial_analytics.actions.mornings import next_morning
from spatial_analytics.actions.report_files import forget_files, order_file, write_file
from spatial_analytics.actions.reports import (
    change_schedule,
    filled,
    keep_report,
    kept_reports,
    schedule_report,
    send_reports,
)
from spatial_analytics.actions.rights import grant_right
from spatial_analytics.conf import CONF
from spatial_analytics.models import ReportSchedule, SavedReport
from spatial_analytics.queries.figures import NotForYou
from spatial_analytics.queries.reports import FilledReport
from spatial_analytics.rules.indicators import BUILT_IN
from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.rules.reports import READY, read_report
from spatial_analytics.rules.rights import Right
from tests.factories import City, make_city
from tests.integration.notifications.test_outbox import mailbox, smtp  # noqa: F401
from tests.integration.spatial_analytics.test_figures import (
    COLUMNS,
    NOW,
    SENSITIVE,
    TODAY,
    by_hand,
    live,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(db: None) -> City:
    city = make_city()
    RequestType.objects.filter(code="yardim").update(sensitive=True)
    RequestType.objects.filter(code="budama").update(legal_clock="INFORMATION_15_WORKING_DAYS")
    live(city, random.Random(11), 120)
    return city


def report(user: User, code: str, **query: str) -> FilledReport:
    asked = read_report(code, query, today=TODAY)
    return filled(asked, viewer_of(user), now=NOW)


def close(values: Any) -> list[float]:
    return sorted(round(v, 6) for v in values if v is not None)


def test_every_figure_of_every_report_is_that_of_raw_sql(city: City):
    Case.objects.update(street=None)
    begin, compared = TODAY - timedelta(days=399), 0
    for code, one in READY.items():
        if one.needs:
            continue
        found = report(city.people["manager"], code, days="400")
        assert [len(t.columns) for t in found.tables if not t.columns] == []
        for section, table in zip(one.sections, found.tables, strict=True):
            where = SENSITIVE
            if section.clock:
                where += f" AND t.legal_clock = '{section.clock}'"
            if section.across:
                column = {"state": "state", "result": "result_code"}[section.across]
                day = {"opened": "opened_at", "resolved": "resolved_at"}[section.indicators[0]]
                rows = Case.objects.exclude(request_type__sensitive=True).exclude(**{day: None})
                pairs = Counter(
                    (kind, value)
                    for kind, value, at in rows.values_list("request_type", column, day)
                    if begin <= timezone.localdate(at) <= TODAY
                )
                cells = [v for line in table.lines for v in line.values[:-1] if v]
                assert close(cells) == close(map(float, pairs.values())), code
                assert table.total[-1] == sum(pairs.values()) == sum(table.total[:-1])
                compared += len(pairs)
                continue
            for at, name in enumerate(section.indicators):
                whole = by_hand(name, "", begin=begin, end=TODAY, where=where).get(None)
                assert table.total[at] == pytest.approx(
                    whole if whole is not None else (0.0 if BUILT_IN[name].additive else None)
                ), (code, name)
                if section.by and section.by[0] in COLUMNS:
                    expected = by_hand(name, section.by[0], begin=begin, end=TODAY, where=where)
                    told = close(line.values[at] for line in table.lines if line.values[at] != 0)
                    assert told == close(v for v in expected.values() if v != 0), (code, name)
                    compared += len(expected)
    assert compared > 150


def test_files_hold_what_the_page_shows(city: City):
    client = Client()
    client.force_login(city.people["manager"])
    query = {"indicators": "opened,hours_mean", "by": "department", "days": "3000"}
    with translation.override("tr"):
        page = client.get("/reports/own/", query).content.decode()
    found = filled(
        read_report("own", query, today=timezone.localdate()),
        viewer_of(city.people["manager"]),
        now=timezone.now(),
    )
    table = found.tables[0]
    assert table.lines and all(line.words[0] in page for line in table.lines)
    with translation.override("tr"):
        said = [written(line.values[1], 1) for line in table.lines if line.values[1]]
    assert said and all(text in page for text in said)
    book = load_workbook(io.BytesIO(client.get("/reports/own/report.xlsx", query).content))
    rows = list(book.worksheets[0].values)
    expected = [v for line in table.lines for v in line.values]
    assert [v for row in rows[1:-1] for v in row[1:]] == pytest.approx(expected)
    assert rows[-1][1:] == pytest.approx(tuple(table.total))
    lines = list(
        csv.reader(
            io.StringIO(client.get("/reports/own/report.csv", query).content.decode("utf-8-sig"))
        )
    )
    start = next(i for i, line in enumerate(lines) if line and line[0] == table.title) + 2
    told = [
        float(c) if c else None
        for line in lines[start : start + len(table.lines)]
        for c in line[1:]
    ]
    assert told == pytest.approx(expected)
    paper = unpacked(client.get("/reports/own/report.pdf", query).content)
    assert paper.startswith(b"%PDF-")
    for part in (b"/MarkInfo", b"/StructTreeRoot", b"pdfuaid"):
        assert part in paper


def unpacked(pdf: bytes) -> bytes:
    """With what its streams hold."""
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompress(stream))
    return b"".join(found)


def test_an_address_report_lists_what_may_be_seen(city: City):
    street = next(iter(city.doors.values())).side.street
    Case.objects.update(street=street)
    with pytest.raises(BadQuestion):
        report(city.people["manager"], "address", street="1", door="x")
    assert report(city.people["manager"], "address").tables == []
    found = report(city.people["coordinator"], "address", street=str(street.pk), days="3000")
    own = Case.objects.filter(department=city.departments["a:temizlik"]).exclude(
        request_type__sensitive=True
    )
    assert {line.words[0] for line in found.tables[-1].lines} == set(
        own.values_list("number", flat=True)
    )
    assert found.tables[0].total[0] == own.count() > 0
    client = Client()
    client.force_login(city.people["coordinator"])
    page = client.get("/reports/address/", {"place": street.name[:4]}).content.decode()
    assert f"street={street.pk}" in page


def test_who_may_see_little_gets_no_report(city: City):
    boss = viewer_of(city.people["superuser"])
    grant_right(
        organisation=None, role="", right=Right(frozenset({"opened"}), ""), viewer=boss, now=NOW
    )
    client = Client()
    client.force_login(city.people["coordinator"])
    for code in ("types", "departments", "ledger", "legal", "crews", "daily"):
        forms = ("", "report.csv", "report.xlsx", "report.pdf")
        found = [client.get(f"/reports/{code}/{form}", {"days": "3000"}) for form in forms]
        if code in ("crews", "legal"):
            assert {answer.status_code for answer in found} == {403}, code
            continue
        page = found[0].content.decode()
        assert (found[0].status_code == 200 and "Size gösterilmeyenler" in page) or code == "ledger"
    told = report(city.people["coordinator"], "daily", days="3000")
    assert len(told.left_out) == 7 and "İlçeye göre" in told.left_out
    assert all([c.name for c in t.columns] == [told.tables[0].columns[0].name] for t in told.tables)
    assert not any(t.title == "İlçeye göre" for t in told.tables)
    for user in (city.people["gis_editor"], User.objects.create_user("nobody", password="x")):
        with pytest.raises(NotForYou):
            report(user, "daily")


def test_a_kept_report_is_found_by_whom_it_is_shared_with(city: City):
    me, other = city.people["coordinator"], city.people["other_body"]
    viewer = viewer_of(me)
    kept = keep_report(
        title="Haftalık", code="own", query={"indicators": "opened,open", "by": "type", "days": "7"},
        share=city.bodies["a"].pk, viewer=viewer, now=NOW,
    )  # fmt: skip
    private = keep_report(
        title="Kendim", code="daily", query={}, share=None, viewer=viewer, now=NOW
    )
    assert set(kept_reports(viewer)) == {kept, private}
    assert set(kept_reports(viewer_of(city.people["crew"]))) == {kept}
    assert not kept_reports(viewer_of(other)).exists()
    for title, code, error in (("", "daily", InvalidInput), ("x", "none", KeyError)):
        with pytest.raises(error):
            keep_report(title=title, code=code, query={}, share=None, viewer=viewer, now=NOW)
    client = Client()
    client.force_login(city.people["crew"])
    page = client.get("/reports/").content.decode()
    assert "Haftalık" in page and "Kendim" not in page and "days=7" in page
    assert client.post(f"/reports/saved/{kept.pk}/remove/").status_code == 404
    client.force_login(me)
    sent = {"title": "Üçüncü", "code": "types", "period": "month", "share": ""}
    assert client.post("/reports/saved/", sent).status_code == 302
    assert SavedReport.objects.get(title="Üçüncü").query == "period=month"
    assert client.post(f"/reports/saved/{kept.pk}/remove/").status_code == 302


def test_each_recipient_is_sent_the_own_figures(city: City, mailbox: Any, settings: Any):  # noqa: F811
    settings.EMAIL_CONFIGURED = True
    owner = city.people["manager"]
    for name in ("manager", "coordinator", "gis_editor"):
        User.objects.filter(pk=city.people[name].pk).update(email=f"{name}@example.com")
    bare = User.objects.create_user("bare", password="x")
    Membership.objects.create(user=bare, organisation=city.bodies["a"], role="MANAGER")
    row = keep_report(
        title="Açılanlar", code="own", query={"indicators": "opened", "days": "3000"}, share=None,
        viewer=viewer_of(owner), now=NOW,
    )  # fmt: skip
    names = ["coordinator", "manager", "gis_editor", "bare"]
    plan = schedule_report(
        report=row.pk, every="DAY", recipients=names, viewer=viewer_of(owner), now=NOW
    )
    with pytest.raises(InvalidInput):
        schedule_report(
            report=row.pk, every="DAY", recipients=["x"], viewer=viewer_of(owner), now=NOW
        )
    with pytest.raises(SavedReport.DoesNotExist):
        schedule_report(
            report=row.pk,
            every="DAY",
            recipients=names,
            viewer=viewer_of(city.people["crew"]),
            now=NOW,
        )
    assert send_reports(now=NOW) == 0
    due = plan.next_at
    assert send_reports(now=due) == 3
    assert send_reports(now=due) == 0
    ReportSchedule.objects.filter(pk=plan.pk).update(next_at=due)  # as if the worker had died
    send_reports(now=due)
    assert Message.objects.count() == 3
    assert send_waiting(now=due) == 3
    mails = {
        (to[0], str(mail["Message-ID"])): mail.get_payload(decode=True)
        .decode()
        .replace("\r\n", "\n")
        for to, mail in mailbox.mails
    }
    whole = Case.objects.exclude(request_type__sensitive=True)
    mine = whole.filter(department=city.departments["a:temizlik"])
    assert 0 < mine.count() < whole.count()
    texts = {
        who: [text for (to, _id), text in mails.items() if to == f"{who}@example.com"]
        for who in names
    }
    assert not texts["gis_editor"] and not texts["bare"] and len(texts["manager"]) == 2
    assert f": {mine.count()}\n" in texts["coordinator"][0] + "\n"
    assert any(f": {whole.count()}\n" in text for text in texts["manager"])
    assert any(
        "bare, gis_editor" in text or "gis_editor, bare" in text for text in texts["manager"]
    )
    # A right that tells no figure of it: the next mail is not sent, and the owner is told.
    boss = viewer_of(city.people["superuser"])
    told = Right(frozenset({"closed"}))
    body = city.departments["a:temizlik"].organisation_id
    grant_right(organisation=body, role="COORDINATOR", right=told, viewer=boss, now=due)
    later, before = due + timedelta(days=1), len(mailbox.mails)
    assert send_reports(now=later) == 2 and send_waiting(now=later) == 2
    sent = [(to[0], mail.get_payload(decode=True).decode()) for to, mail in mailbox.mails[before:]]
    assert {to for to, _text in sent} == {"manager@example.com"}
    assert sum("coordinator" in text for _to, text in sent) == 1
    change_schedule(plan.pk, "pause", viewer=viewer_of(owner), now=due)
    assert send_reports(now=due + timedelta(days=9)) == 0
    change_schedule(plan.pk, "delete", viewer=viewer_of(owner), now=due)
    assert not ReportSchedule.objects.exists()


@pytest.mark.parametrize(
    ("every", "now", "next_at"),
    [
        ("DAY", datetime(2026, 11, 20, 6, 59), datetime(2026, 11, 20, 7)),
        ("DAY", datetime(2026, 11, 20, 7, 0), datetime(2026, 11, 21, 7)),
        ("WEEK", datetime(2026, 11, 20, 12), datetime(2026, 11, 23, 7)),
        ("WEEK", datetime(2026, 11, 23, 6), datetime(2026, 11, 23, 7)),
        ("MONTH", datetime(2026, 12, 20), datetime(2027, 1, 1, 7)),
        ("MONTH", datetime(2026, 12, 31, 8), datetime(2027, 1, 1, 7)),
    ],
)
def test_when_a_report_is_due_next(every: str, now: datetime, next_at: datetime):
    aware = timezone.make_aware(now)
    assert next_morning(every, aware) == timezone.make_aware(next_at)


def test_a_worker_writes_what_is_large(city: City, monkeypatch: Any):
    small = dataclasses.replace(CONF, report_lines=1, report_lines_on_paper=1)
    monkeypatch.setattr("spatial_analytics.actions.report_files.CONF", small)
    client, other = Client(), Client()
    client.force_login(city.people["manager"])
    other.force_login(city.people["superuser"])
    at_once = {}
    for form in ("csv", "xlsx", "pdf"):
        query = {"days": "3000"}
        where = client.get(f"/reports/types/report.{form}", query)["Location"]
        assert client.get(f"/reports/types/report.{form}", query)["Location"] == where
        waiting = client.get(where)
        assert waiting["Refresh"] and "İndir" not in waiting.content.decode()
        assert other.get(where).status_code == 404
        at_once[form] = where
    for job in Job.objects.filter(name="spatial_analytics.write_report").order_by("pk"):
        assert HANDLERS[job.name].run(job.payload, lambda done, message="": None) == {}
    monkeypatch.setattr("spatial_analytics.actions.report_files.CONF", CONF)
    for form, where in at_once.items():
        page = client.get(where)
        assert "Refresh" not in page and "İndir" in page.content.decode()
        told = client.get(f"{where}?download")
        plain = client.get(f"/reports/types/report.{form}", {"days": "3000"})
        assert told["Content-Type"] == plain["Content-Type"] and len(told.content) > 100
        if form == "csv":
            assert told.content == plain.content
    assert other.get(f"{where}?download").status_code == 404
    assert forget_files(now=timezone.now()) == 0
    assert forget_files(now=timezone.now() + timedelta(days=3)) == 3


def test_what_is_written_is_not_taken_along_after_rights_changed(city: City):
    user, form, client = city.people["coordinator"], "csv", Client()
    asked = read_report("types", {"days": "3000"}, today=TODAY)
    client.force_login(user)

    def ordered() -> Any:
        row = order_file(asked, form, "x.csv", viewer=viewer_of(user), now=timezone.now())
        if row.body is None:
            write_file(
                row.pk, lambda f, to: b"told", lambda d, message="": None, now=timezone.now()
            )
        return row

    first = ordered()
    assert client.get(f"/reports/files/{first.uid}/?download").content == b"told"
    boss = viewer_of(city.people["superuser"])
    told = Right(frozenset({"opened"}))
    grant_right(organisation=None, role="", right=told, viewer=boss, now=timezone.now())
    refused = client.get(f"/reports/files/{first.uid}/?download")
    assert refused.content != b"told" and "Yazılamadı" in refused.content.decode()
    again = ordered()
    assert again.pk != first.pk
    assert client.get(f"/reports/files/{again.uid}/?download").content == b"told"


def test_a_worker_writes_nothing_for_whom_it_is_no_longer_told(city: City):
    asked = read_report("types", {"days": "3000"}, today=TODAY)
    user = city.people["coordinator"]
    row = order_file(asked, "csv", "x.csv", viewer=viewer_of(user), now=timezone.now())
    Membership.objects.filter(user=user).delete()
    write_file(row.pk, lambda found, form: b"x", lambda done, message="": None, now=timezone.now())
    row.refresh_from_db()
    assert row.refused and row.body is None
    client = Client()
    client.force_login(user)
    assert "Yazılamadı" in client.get(f"/reports/files/{row.uid}/?download").content.decode()
