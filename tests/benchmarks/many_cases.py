"""A city with millions of cases, in a database of its own: the demo city's, copied over and over.

The copies lie a few days earlier and a few metres beside their originals, so that every share (open, late, by
type, by district) stays what the generator made it.
"""

import os
import time
from typing import Any

from tests.benchmarks.city import SCALE, use_own_database

CASES = int(os.environ.get("VIP_BENCH_MANY_CASES", "5000000"))
DATABASE = f"vip_bench_cases_{CASES}"
_SEED = 250_000
_TABLES = (
    "cases_case", "cases_caseevent", "cases_routingdecision", "cases_casereporter", "cases_photo",
)  # fmt: skip

# What a copy of a case has of its own; `c.back` is how much earlier it was opened.
_CASE = {
    "id": "c.id + {shift}",
    "number": "left(c.number, 5) || lpad((c.id + {shift})::text, 7, '0')",
    "uid": "gen_random_uuid()",
    "token": "md5((c.id + {shift})::text || 'token')",
    "text_key": "replace(c.text_key, lpad(c.id::text, 7, '0'), lpad((c.id + {shift})::text, 7, '0'))",
    "geom": "ST_Translate(c.geom, (random() - 0.5) * 0.0006, (random() - 0.5) * 0.0005)",
    **{
        name: f"c.{name} - c.back"
        for name in (
            "opened_at", "due_at", "legal_due_at", "resolved_at", "closed_at", "changed_at",
        )
    },
    "precision": "CASE WHEN random() < 0.85 THEN 'DOOR' WHEN random() < 0.6 THEN 'STREET' ELSE 'POINT' END",
    "category": "CASE WHEN random() < 0.9 THEN c.category ELSE 'B' END",
    "needs_review": "c.closed_at IS NULL AND random() < 0.02",
    "escalation": "CASE WHEN c.closed_at IS NULL AND c.due_at < now() THEN floor(random() * 4)::int ELSE 0 END",
    "crew_id": "CASE WHEN random() < 0.4 THEN w.crew END",
    "assignee_id": "CASE WHEN random() < 0.3 THEN w.person END",
}  # fmt: skip
_EVENT = {
    "id": "c.id + {events}",
    "case_id": "c.case_id + {shift}",
}


def use_many_cases() -> None:
    """Connects Django to that database; makes and fills it the first time."""
    use_own_database(DATABASE)
    from django.core.management import call_command

    began = time.perf_counter()
    call_command("load_demo_city", scale=SCALE, cases=min(_SEED, CASES), if_empty=True)
    _multiply()
    print(
        f"{CASES:,} cases: {time.perf_counter() - began:.0f} s (0 s: they were there)", flush=True
    )


def _multiply() -> None:
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case WHERE id <= %s", [_SEED])
        seed = cursor.fetchone()[0]
        cursor.execute("SELECT max(id), max(id) > %s FROM cases_case", [seed])
        if cursor.fetchone()[1] or seed >= CASES:
            return
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'")
        cursor.execute("SELECT coalesce(max(id), 0) FROM cases_caseevent")
        events = cursor.fetchone()[0]
        with transaction.atomic():
            saved = _put_away(cursor)
            # What density, figures and feeds note of a change, nobody reads here.
            for table in _TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            _people(cursor, seed)
            for shift in range(seed, CASES, seed):
                some = {"shift": shift, "events": shift // seed * events}
                _copy(cursor, "cases_case", _CASE, some, _WORKERS)
                _copy(cursor, "cases_caseevent", _EVENT, some, "")
                _copy(
                    cursor, "cases_routingdecision",
                    {"id": "c.id + {shift}", "case_id": "c.case_id + {shift}"}, some, "",
                )  # fmt: skip
                print(f"  {shift + seed:,} cases", flush=True)
            _reporters_and_photos(cursor)
            for statement in saved:
                cursor.execute(statement)
            for table in _TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute("SELECT setval('case_number_seq', %s)", [CASES + 1])
            for table in _TABLES:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                )
        cursor.execute("VACUUM ANALYZE")


# A crew and a person for each department.
_WORKERS = """
    LEFT JOIN (SELECT d.id, (SELECT min(w.id) FROM accounts_crew w WHERE w.department_id = d.id) AS crew,
                      (SELECT u.id FROM accounts_user u ORDER BY u.id OFFSET d.id % 5 LIMIT 1) AS person
                 FROM accounts_department d) w ON w.id = c.department_id"""


def _copy(cursor: Any, table: str, own: dict[str, str], some: dict[str, int], joined: str) -> None:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = 'public' AND is_generated = 'NEVER'",
        [table],
    )
    columns = [row[0] for row in cursor.fetchall()]
    values = ", ".join(own.get(name, f"c.{name}").format(**some) for name in columns)
    key = "id" if table == "cases_case" else "case_id"
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {values}"
        f" FROM (SELECT t.*, random() * interval '6 days' AS back FROM {table} t"
        f"        WHERE t.{key} <= {_SEED} OFFSET 0) c {joined}"
    )


def _people(cursor: Any, seed: int) -> None:
    """A reporter for every tenth case of the seed; most people report more than once."""
    cursor.execute(
        "INSERT INTO cases_reporter (full_name, phone, phone_index, email, email_index, created_at)"
        " SELECT '', '', md5(n::text) || md5(n::text), '', '', now() FROM generate_series(1, %s) n",
        [max(seed // 2, 1)],
    )


def _reporters_and_photos(cursor: Any) -> None:
    cursor.execute(
        "INSERT INTO cases_casereporter (case_id, reporter_id)"
        " SELECT c.id, r.first + (c.id * 7919) % r.n FROM cases_case c,"
        " (SELECT min(id) AS first, count(*) AS n FROM cases_reporter) r WHERE c.id % 5 < 3"
    )
    cursor.execute(
        "INSERT INTO cases_photo (case_id, file, sha256, width, height, created_at)"
        " SELECT id, '', md5(id::text), 4, 4, now() FROM cases_case WHERE id % 6 = 0"
    )


def _put_away(cursor: Any) -> list[str]:
    """Drops the tables' foreign keys, unique constraints and indexes; gives what brings them back."""
    back: list[str] = []
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint"
        " WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('f', 'u') ORDER BY contype DESC",
        [list(_TABLES)],
    )
    for table, name, definition, _kind in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        back.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY (%s::regclass[]) AND NOT i.indisprimary",
        [list(_TABLES)],
    )
    made = []
    for name, definition in cursor.fetchall():
        cursor.execute(f'DROP INDEX "{name.strip(chr(34))}"')
        made.append(definition)
    return made + back
