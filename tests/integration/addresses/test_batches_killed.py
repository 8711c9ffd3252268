"""A batch whose workers are killed while they work."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from addresses.actions import batches
from addresses.models import GeocodeBatch
from addresses.queries.batches import result_rows
from core.models import Job
from tests.factories import make_city

pytestmark = pytest.mark.django_db(transaction=True)
DOOR = "Hasan Basri Çantay mah. 10028 Sk no:9"
ROWS = 2_000

_WORKER = """
import django; django.setup()
from django.db import connection
connection.settings_dict["NAME"] = {name!r}
from django.utils import timezone
import addresses.jobs
from core.actions.jobs import run_due
while run_due(now=timezone.now()):
    pass
"""


def test_workers_killed_at_any_instant_lose_nothing_and_do_nothing_twice() -> None:
    """Real processes, ended by KILL again and again while they work."""
    with transaction.atomic():
        make_city()
    texts = [DOOR, "xqzw bzzt"]
    lines = "".join(f'{n},"{texts[n % 2]}"\n' for n in range(ROWS))
    batch = batches.take_in(
        f"id,adres\n{lines}".encode(), name="x.csv", owner=None, now=timezone.now()
    )
    batches.begin(batch)
    with connection.cursor() as cursor:  # counts every write of a chunk, whoever makes it
        cursor.execute(
            "CREATE TABLE written (chunk bigint);"
            "CREATE FUNCTION note_written() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO written VALUES (NEW.id); RETURN NEW; END $$;"
            "CREATE TRIGGER note_written AFTER UPDATE ON addresses_geocodechunk"
            " FOR EACH ROW EXECUTE FUNCTION note_written()"
        )
    try:
        kills, ended = _work_under_fire(batch)
        rows = list(result_rows(batch))
        assert [row[0] for row in rows] == [str(n) for n in range(ROWS)]
        assert [row[-1] for row in rows] == ["ok", "not-found"] * (ROWS // 2)
        assert kills == 3
        assert ended.attempt <= 5
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), count(DISTINCT chunk) FROM written")
            chunks = -(-ROWS // batches.CONF.batch_chunk)
            assert cursor.fetchone() == (chunks, chunks)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER note_written ON addresses_geocodechunk")
            cursor.execute("DROP FUNCTION note_written; DROP TABLE written")


def _work_under_fire(batch: GeocodeBatch) -> tuple[int, Job]:
    """Kills a worker some time after it has done a few chunks, until one may go through; returns
    how many died.
    """
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "gis_vip.settings.test"}
    program = _WORKER.format(name=connection.settings_dict["NAME"])
    kills = 0
    for after, pause in ((1, 0.0), (3, 0.05), (6, 0.11), (99, 0.0)):
        worker = subprocess.Popen(
            [sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment
        )
        while worker.poll() is None:
            if batch.chunks.exclude(found="").count() >= after:
                time.sleep(pause)
                worker.kill()
                worker.wait(timeout=10)
                kills += 1
                break
            time.sleep(0.005)
        job = Job.objects.get(pk=batch.job_id)
        if job.state == "DONE":
            return kills, job
        # The lease runs out.
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    raise AssertionError(f"{job.state} after {kills} kills: {job.error}")
