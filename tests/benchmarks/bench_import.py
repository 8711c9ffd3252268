"""Import rate: rows per second, against a bare COPY of the same rows in the same run.

    python -m tests.benchmarks.bench_import [--data FOLDER] [--keep]

Uses a scratch database of its own and drops it afterwards.
"""

# ruff: noqa: E402 - Django is set up before anything of it is imported
import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_vip.settings.test")

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from addresses.actions.export_inspire import export_inspire
from addresses.actions.import_file import import_file
from tests.benchmarks.city import DEFAULT_DATA

RUNS = (
    ("boundaries", "balikesir/balikesir_admin.gpkg", "balikesir_boundaries"),
    ("boundaries", "balikesir/balikesir_mahalle_uavt.csv", "balikesir_neighbourhoods_uavt"),
    ("streets", "balikesir/balikesir_sokak_uavt.csv", "balikesir_streets_uavt"),
    ("addresses", "balikesir/adres_nokta_altieylul.parquet", "altieylul_doors"),
)
# A country of its own: buildings of OpenStreetMap, then the same from an exchange file.
COUNTRY = "geocode/nominatim_apidb_liechtenstein.osm.pbf"
TABLES = {
    "boundaries": ("addresses_neighbourhood", "district_id, name, name_key, code, geom"),
    "streets": ("addresses_street", "district_id, name, name_key, kind"),
    "addresses": ("addresses_address", "side_id, number, suffix, point_source, geom"),
}


@contextmanager
def scratch_database(name: str, *, keep: bool = False) -> Iterator[None]:
    """An empty, migrated database under the default alias; dropped at the end unless kept."""
    original = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = original
        if not keep:
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}"')


@contextmanager
def kept_database(name: str) -> Iterator[bool]:
    """A database under the default alias that stays for the next run; True where it is new, and
    empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        new = cursor.fetchone() is None
    if new:
        with scratch_database(name, keep=True):
            pass
    original = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield new
    finally:
        connection.close()
        connection.settings_dict["NAME"] = original


def load(data: Path, *, report: bool = True) -> None:
    """Imports the real data, printing the rate of each file when `report` is set."""
    for entity, file, mapping in RUNS:
        summary = import_file(entity, str(data / file), mapping_name=mapping, now=timezone.now())
        if not report:
            continue
        rows, seconds = bare_copy(entity)
        rate, floor = summary.rows / summary.seconds, rows / seconds
        print(
            f"{Path(file).name:36}{summary.rows:>9,} rows{summary.seconds:>8.1f} s"
            f"{rate:>10,.0f} rows/s   bare COPY {floor:>10,.0f} rows/s   ratio {rate / floor:.2f}"
        )


def bare_copy(entity: str) -> tuple[int, float]:
    """Rows and seconds of one COPY of the same rows into the same table, with its indexes.

    The rows are read back from the table, emptied of what must be unique, and rolled back.
    """
    table, columns = TABLES[entity]
    unique = columns.replace("code, ", "") if entity == "boundaries" else columns
    buffer = io.StringIO()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "SELECT set_config('register.change_set', (SELECT max(id)::text FROM addresses_changeset),"
            " true)"
        )
        if entity == "addresses":
            cursor.execute(f"CREATE TEMP TABLE old ON COMMIT DROP AS SELECT {unique} FROM {table}")
            cursor.execute(f"TRUNCATE {table} CASCADE")
            cursor.copy_expert(
                f"COPY (SELECT {unique.replace('number', 'row_number() OVER () AS number')}"
                " FROM old) TO STDOUT",
                buffer,
            )
        else:
            cursor.copy_expert(f"COPY (SELECT {unique} FROM {table}) TO STDOUT", buffer)
        rows = buffer.getvalue().count("\n")
        buffer.seek(0)
        started = time.perf_counter()
        cursor.copy_expert(f"COPY {table} ({unique}) FROM STDIN", buffer)
        seconds = time.perf_counter() - started
        cursor.execute("ROLLBACK")
    return rows, seconds


def second_run(data: Path) -> None:
    """A second run of the same file: how long it takes to find that nothing changed."""
    entity, file, mapping = RUNS[-1]
    summary = import_file(entity, str(data / file), mapping_name=mapping, now=timezone.now())
    print(f"second run, {summary.changed} changed{'':17}{summary.seconds:>13.1f} s")


def buildings(data: Path) -> None:
    """Buildings with their doors, and the way through INSPIRE GML and back."""
    for entity in ("boundaries", "streets", "addresses", "buildings"):
        summary = import_file(
            entity, str(data / COUNTRY), mapping_name="liechtenstein_osm", now=timezone.now()
        )
    rate = summary.rows / summary.seconds
    print(
        f"buildings of OSM{'':20}{summary.rows:>9,} rows{summary.seconds:>8.1f} s{rate:>10,.0f} rows/s"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "buildings.gml"
        started = time.perf_counter()
        count = export_inspire(kind="buildings", path=path).features
        seconds = time.perf_counter() - started
        print(
            f"INSPIRE, written{'':20}{count:>9,} rows{seconds:>8.1f} s{count / seconds:>10,.0f} rows/s"
        )
        summary = import_file("buildings", str(path), mapping_name="inspire", now=timezone.now())
    rate = summary.rows / summary.seconds
    print(
        f"INSPIRE, read{'':23}{summary.rows:>9,} rows{summary.seconds:>8.1f} s{rate:>10,.0f} rows/s"
    )


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--keep", action="store_true", help="keep the scratch database")
    options = parser.parse_args(argv)
    if not (options.data / RUNS[-1][1]).is_file():
        print(f"import: no real data in {options.data}", file=sys.stderr)
        return 0
    with scratch_database("gis_vip_bench_import", keep=options.keep):
        load(options.data)
        second_run(options.data)
    if (options.data / COUNTRY).is_file():
        with scratch_database("gis_vip_bench_osm", keep=options.keep):
            buildings(options.data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
