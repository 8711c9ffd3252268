"""Two instances of the platform, each with a database of its own: a city, and a district that serves
Open311 to it by a live process. Steps run in processes of their own, which can be killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection as django_connection

ROOT = Path(__file__).resolve().parents[3]
# Every script runs in a process of its own, forked from one that has started already.
_MOTHER = """
import json, os, signal, sys, tempfile, traceback
from datetime import timedelta
import django
django.setup()
import accounts.queries.viewers, cases.actions.open_case, cases.actions.remote, tests.factories
from django.db import connections
from django.utils import timezone
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
def child(script, arguments, told):
    def tell(value):
        with open(told, "w") as out:
            json.dump(value, out, default=str)
    sys.argv = ["", *arguments]
    known = {"json": json, "os": os, "sys": sys, "die": die, "tell": tell, "timezone": timezone,
             "timedelta": timedelta, "now": timezone.now()}
    try:
        exec(script, known)
    except BaseException:
        with open(told + ".error", "w") as out:
            out.write(traceback.format_exc())
        os._exit(1)
    connections.close_all()
    os._exit(0)
for line in sys.stdin:
    asked = json.loads(line)
    told = os.path.join(tempfile.mkdtemp(), "told")
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        child(asked["script"], asked["arguments"], told)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    read = lambda name: open(name).read() if os.path.exists(name) else None
    print(json.dumps({"code": code, "told": read(told), "error": read(told + ".error")}), flush=True)
"""
SEED = """
from tests.factories import close_register, make_city
from tests.clients import make_client
from django.db import transaction
with transaction.atomic():
    city = make_city()
close_register()
tell(make_client(city, "bbb", scopes=("cases:exchange",), now=now)[1])
"""
# A case of the district's that came to the metropolitan body, and is referred.
REFER = """
from accounts.models import Department, User
from accounts.queries.viewers import viewer_of
from cases.actions.move import move_case
from cases.actions.open_case import open_case
from cases.models import Transfer
from cases.rules.draft import Contact, Draft
import secrets
agent = viewer_of(User.objects.get(username="agent"))
case = open_case(Draft(
    description=sys.argv[1], channel="web", external_id=secrets.token_hex(8), lon=27.905, lat=39.595,
    request_type="cop", contact=Contact(email="ayse@example.org"),
), viewer=agent, now=now).case
target = Department.objects.get(organisation__code="b", code="temizlik")
move_case(number=case.number, move="refer", viewer=agent, version=case.version, now=now,
          department=target.pk, note="Sizin")
tell(Transfer.objects.get(case=case).pk)
"""
SEND = """
from cases.actions.sending import send_due
from cases.models import Transfer
later = now + timedelta(minutes=int(sys.argv[1]))
send_due(now=later)
t = Transfer.objects.order_by("-pk").first()
tell({"state": t.state, "remote_id": t.remote_id, "error": t.error, "doubtful": t.doubtful})
"""
COUNT = """
from cases.models import Case
tell(Case.objects.filter(channel__code="open311").count())
"""


class Killed(Exception):
    """The process was killed, as it was told to be."""


@dataclass
class Instance:
    name: str
    home: Path
    url: str = ""
    key: str = ""
    process: Any = field(default=None, repr=False)
    mother: Any = field(default=None, repr=False)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "gis_vip.settings.local",
            "SECRET_KEY": "only-for-tests",
            "DATA_KEY": f"only-for-tests-{self.name}",
            "VIP_DB_NAME": f"vip_exchange_{self.name}",
            "VIP_CACHE_PREFIX": f"vip-exchange-{self.name}-{os.getpid()}",
            "MEDIA_ROOT": str(self.home / f"{self.name}-media"),
            "VIP_WEBHOOK_PRIVATE": "1",
            "PYTHONPATH": str(ROOT),
            "DIES_AT": str(self.home / f"{self.name}-dies"),
        }

    def run(self, script: str, *arguments: str) -> Any:
        """What the script tells. Raises Killed."""
        if self.mother is None:
            with (self.home / f"{self.name}-mother.log").open("ab") as log:
                self.mother = subprocess.Popen(
                    [sys.executable, "-c", _MOTHER], cwd=ROOT, env=self.environment, text=True,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                )  # fmt: skip
        self.mother.stdin.write(json.dumps({"script": script, "arguments": arguments}) + "\n")
        self.mother.stdin.flush()
        done = json.loads(self.mother.stdout.readline())
        if done["code"] == -signal.SIGKILL:
            raise Killed
        assert done["code"] == 0, done["error"]
        return json.loads(done["told"]) if done["told"] else None

    def serve(self) -> None:
        """Open311 by a live process, on the loopback."""
        if not self.url:
            with socket.socket() as s:
                s.bind(("127.0.0.1", 0))
                self.url = f"http://127.0.0.1:{s.getsockname()[1]}"
        with (self.home / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).parent / "gunicorn"), "tests.integration.cases.district",
                 "-k", "gthread", "-w", "1", "--threads", "2", "-b", self.url[7:],
                 "--no-control-socket", "--preload"],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.wait()

    def wait(self) -> None:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/health/", timeout=5)
                return
            except OSError:
                assert self.process.poll() is None
                time.sleep(0.1)
        raise AssertionError("the district does not answer")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=20)

    def end(self) -> None:
        """All its processes."""
        self.stop()
        if self.mother is not None:
            self.mother.stdin.close()
            self.mother.wait(timeout=20)

    def dies_at(self, point: str) -> None:
        """Where the serving process is to be killed, once: see district.py."""
        Path(self.environment["DIES_AT"]).write_text(point)


def two_cities(home: Path) -> tuple[Instance, Instance]:
    """The city with the district as its partner; the district is not served yet."""
    city, district = Instance("city", home), Instance("district", home)
    _statements(
        *(f"DROP DATABASE IF EXISTS vip_exchange_{i.name} WITH (FORCE)" for i in (city, district))
    )
    # The empty database of the tests has every table; nobody may be connected to it meanwhile.
    django_connection.close()
    template = django_connection.settings_dict["NAME"]
    for _ in range(30):
        try:
            _statements(f"CREATE DATABASE vip_exchange_district TEMPLATE {template}")
            break
        except psycopg2.errors.ObjectInUse:
            time.sleep(1)
    district.key = district.run(SEED)
    _statements("CREATE DATABASE vip_exchange_city TEMPLATE vip_exchange_district")
    return city, district


def drop() -> None:
    _statements(
        *(f"DROP DATABASE IF EXISTS vip_exchange_{n} WITH (FORCE)" for n in ("city", "district"))
    )


def _statements(*statements: str) -> None:
    base = settings.DATABASES["default"]
    connection = psycopg2.connect(
        host=base["HOST"], port=base["PORT"] or None, user=base["USER"],
        password=base["PASSWORD"] or None, dbname="postgres",
    )  # fmt: skip
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()
