"""A small demo city of its own, served as in production, and a real Chromium in front of it."""

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    sync_playwright,
)

from tests.browser.editing import Editor

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "vip_browser"
# Software rendering of WebGL; no traffic of the browser's own.
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
# What the tests need to know of the city; run inside the served database.
_FACTS = """
import json
from addresses.models import Address
from cases.models import Case
from core.models import Fact
door = (
    Address.objects.select_related("side__street", "side__neighbourhood__district")
    .filter(side__neighbourhood__district__name="Altıeylül", side__neighbourhood__kind="URBAN")
    .order_by("pk")[40]
)
side = door.side
print(json.dumps({
    "password": Fact.objects.get(name="demo_signins").value["password"],
    "street": side.street.name, "number": door.house_number, "lon": door.geom.x, "lat": door.geom.y,
    "neighbourhood": side.neighbourhood.name, "district": side.neighbourhood.district.name,
    "newest": Case.objects.order_by("-pk").first().number,
}))
"""


@dataclass
class Portal:
    """The running platform: its address, and facts about its city."""

    url: str
    facts: dict[str, Any]
    environment: dict[str, str] = field(repr=False)

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [ROOT / ".venv/bin/python", "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _recreate_database() -> None:
    base = settings.DATABASES["default"]
    connection = psycopg2.connect(
        host=base["HOST"], port=base["PORT"] or None, user=base["USER"], password=base["PASSWORD"] or None,
        dbname="postgres",
    )  # fmt: skip
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    _recreate_database()
    home = tmp_path_factory.mktemp("portal")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "gis_vip.settings.local",
        "VIP_DB_NAME": DATABASE,
        "VIP_CACHE_PREFIX": f"vip-browser-{os.getpid()}",
        "STATIC_ROOT": str(home / "static"),
        "MEDIA_ROOT": str(home / "media"),
        "VIP_OPEN_CASE_RATE": "1000/hour",
    }
    portal = Portal("", {}, environment)
    portal.manage("migrate", "-v", "0")
    portal.manage("load_demo_city", "--scale", "0.02", "--cases", "6000")
    portal.manage("collectstatic", "--noinput", "-v", "0")
    portal.facts = json.loads(portal.manage("shell", "-v", "0", "-c", _FACTS))
    port = _free_port()
    portal.url = f"http://127.0.0.1:{port}"
    with (home / "web.log").open("wb") as log:
        server = subprocess.Popen(
            [ROOT / ".venv/bin/gunicorn", "gis_vip.wsgi", "-k", "gthread", "-w", "2", "--threads", "4",
             "-b", f"127.0.0.1:{port}", "--no-control-socket"],
            cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(portal.url, server, home / "web.log")
            yield portal
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=20)


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{url}/health/", timeout=5)
            return
        except OSError:
            assert server.poll() is None, log.read_text()[-3000:]
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-3000:])


class Chromium:
    """The browser of all tests; a new one when the last one had to be killed."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._start()

    def _start(self) -> None:
        self.browser = self._playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS
        )
        found = self.browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        self._pid = next(p["id"] for p in found["processInfo"] if p["type"] == "browser")

    def close(self, contexts: list[BrowserContext]) -> None:
        """Chromium now and then never answers to this. It is killed then: its test is over."""
        killer = threading.Timer(30, os.kill, [self._pid, signal.SIGKILL])
        killer.start()
        try:
            for context in contexts:
                context.close()
        except Error:
            if self.browser.is_connected():
                raise
        finally:
            killer.cancel()
        if not self.browser.is_connected():
            self._start()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Chromium]:
    """Ended with the last test of a browser: while it runs, Django's queries are refused in this thread."""
    with sync_playwright() as playwright:
        chromium = Chromium(playwright)
        yield chromium
        chromium.browser.close()


class Visitor:
    """A person with a browser: remembers every fault that the pages report."""

    def __init__(self, portal: Portal, browser: Browser, **options: Any) -> None:
        options = {"viewport": {"width": 1360, "height": 850}, "locale": "tr-TR"} | options
        self.portal = portal
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.foreign: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console",
            lambda message: self.faults.append(message.text) if message.type == "error" else None,
        )
        self.page.on("request", self._look_at)

    def _look_at(self, request: Any) -> None:
        if not request.url.startswith((self.portal.url, "data:", "blob:", "about:", "file:")):
            self.foreign.append(request.url)

    def go(self, path: str) -> Page:
        if "#" in path:  # from the same page it would be a jump: the map there may still be moving
            self.page.goto("about:blank")
        self.page.goto(self.portal.url + path)
        if self.page.query_selector(".map"):
            self.map_is_drawn()
        return self.page

    def map_is_drawn(self) -> None:
        self.page.wait_for_selector('.map[data-ready="1"]', timeout=60_000)

    def features(self, layer: str) -> list[dict[str, Any]]:
        """Properties of what the map has really drawn of a style layer."""
        script = """layer => document.getElementById('map').map
            .queryRenderedFeatures({layers: [layer]}).map(f => f.properties)"""
        return self.page.evaluate(script, layer)

    def send_report(self, **answers: str) -> None:
        """Sends the form that is filled in, as another report than what is near; to its page.
        Questions that it had no time to show are a step of their own."""
        button = "main button[type=submit]:not([name])"
        self.page.click(button)
        for _step in range(3):
            self.page.wait_for_load_state()
            if "/t/" in self.page.url:
                break
            if self.page.locator("input[name=nearby]:not([type=hidden])").count():
                self.page.check("input[name=nearby][value=none]")
            for name, value in answers.items():
                box = self.page.locator(f"input[name='answer.{name}'][value='{value}']")
                if box.count():
                    box.check()
            self.page.click(button)
        self.page.wait_for_url(re.compile(r"/t/"))

    def sign_in(self, username: str) -> None:
        self.page.goto(f"{self.portal.url}/sign-in/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", self.portal.facts["password"])
        with self.page.expect_navigation():
            self.page.click("main button[type=submit]")

    def screen(self, name: str, **options: Any) -> None:
        """Keeps the screen for the documentation when VIP_SCREENS names a folder."""
        if folder := os.environ.get("VIP_SCREENS"):
            self.page.screenshot(path=f"{folder}/{name}.png", **options)

    def is_content(self) -> None:
        assert self.faults == []
        assert self.foreign == []


@pytest.fixture
def visit(portal: Portal, chromium: Chromium) -> Iterator[Any]:
    visitors: list[Visitor] = []

    def open_browser(**options: Any) -> Visitor:
        visitors.append(Visitor(portal, chromium.browser, **options))
        return visitors[-1]

    yield open_browser
    chromium.close([visitor.context for visitor in visitors])


@pytest.fixture
def editor(visit: Any) -> Editor:
    person = visit(viewport={"width": 1440, "height": 900})
    person.sign_in("yonetici")
    return Editor(person)


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
