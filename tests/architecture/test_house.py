"""The plan of the house, held by machine. import-linter holds the directions of imports."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey, ManyToManyField

ROOT = Path(__file__).resolve().parents[2]
# From the ground up; a room may point only at rooms below it.
FLOORS = [
    {"core"},
    {"accounts"},
    {"tiles", "notifications"},
    {"addresses", "workflows"},
    {"cases"},
    {"spatial_analytics"},
    {"gis_vip"},
]
ROOMS = [room for floor in FLOORS for room in sorted(floor)]
LONGEST_MODULE = 500


def modules(*tops: str) -> list[Path]:
    return [
        path
        for top in tops
        for path in sorted((ROOT / top).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def floor_of(room: str) -> int:
    return next(i for i, floor in enumerate(FLOORS) if room in floor)


def test_no_foreign_key_points_upward():
    wrong = []
    for model in apps.get_models():
        if model._meta.app_label not in ROOMS:
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey | ManyToManyField):
                continue
            other = field.related_model._meta.app_label
            if other in ROOMS and floor_of(other) > floor_of(model._meta.app_label):
                wrong.append(f"{model.__name__}.{field.name} → {other}")
    assert wrong == []


def test_no_django_signals_and_no_custom_save():
    wrong = []
    for path in modules(*ROOMS):
        text = path.read_text(encoding="utf-8")
        if re.search(r"django\.(db\.models|core|dispatch)[\w.]*signals|@receiver\(", text):
            wrong.append(f"{path}: signal")
        if path.parent.name == "models" and re.search(r"def (save|delete)\(self", text):
            wrong.append(f"{path}: custom save or delete")
        if "GenericForeignKey" in text:
            wrong.append(f"{path}: generic foreign key")
    assert wrong == []


@pytest.mark.parametrize("path", modules(*ROOMS, "fixtures", "tests"), ids=str)
def test_modules_are_short(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def test_every_sql_file_is_run_by_exactly_one_function():
    """A query function, or a machinery that reads or writes in bulk (`exchange`, `drafts`, `facts`)."""
    wrong = []
    for room in ROOMS:
        names = {p.stem for p in (ROOT / room / "sql").glob("*.sql")}
        # Those of the rules of quality are run by one function for all: see the next test.
        names -= {name for name in names if name.startswith("quality_")}
        used: dict[str, list[str]] = {name: [] for name in names}
        for path in modules(room):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
                for node in ast.walk(function):
                    if not isinstance(node, ast.Call):
                        continue
                    words = [a.value for a in node.args if isinstance(a, ast.Constant)]
                    if words[:1] == [room] and len(words) > 1 and words[1] in used:
                        used[words[1]].append(f"{path.relative_to(ROOT)}:{function.name}")
        for name, places in used.items():
            one = {p.rsplit(":", 1)[0] for p in places}
            if len(places) != 1 or not all(
                p.startswith(
                    tuple(f"{room}/{kind}/" for kind in ("queries", "exchange", "drafts", "facts"))
                )
                for p in one
            ):
                wrong.append(f"{room}/sql/{name}.sql is run by {places}")
    assert wrong == []


def test_every_rule_of_quality_is_one_sql_file_and_is_run_in_one_place():
    from addresses.rules.quality import RULES

    files = {p.stem for room in ROOMS for p in (ROOT / room / "sql").glob("quality_*.sql")}
    assert files == {f"quality_{code}" for code in RULES}
    runners = [
        str(path.relative_to(ROOT))
        for path in modules(*ROOMS)
        if re.search(r"f[\"']quality_\{", path.read_text(encoding="utf-8"))
    ]
    assert runners == ["addresses/queries/quality.py"]


def test_every_sql_file_has_a_header():
    files = [p for room in ROOMS for p in (ROOT / room / "sql").glob("*.sql")]
    assert files
    headless = [p.name for p in files if not p.read_text(encoding="utf-8").startswith("-- ")]
    assert headless == []


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_imports_keep_the_directions():
    tool = ROOT / ".venv" / "bin" / "lint-imports"
    done = subprocess.run([tool], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_driver_is_psycopg2():
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    assert is_psycopg3 is False


def test_no_page_asks_another_host():
    """Templates, styles and scripts name no other host to load anything from."""
    wrong = []
    for room in ROOMS:
        for pattern in ("templates/**/*.html", "static/**/*.css", "static/**/*.js"):
            for path in (ROOT / room).glob(pattern):
                text = path.read_text(encoding="utf-8")
                for found in re.findall(
                    r"""(?:src|href|url|import|fetch)\W{1,3}(https?://[^"')\s]+)""", text
                ):
                    wrong.append(f"{path.relative_to(ROOT)}: {found}")
    assert wrong == []


def test_scripts_and_styles_are_files():
    """The content security policy forbids inline code; the templates keep to it."""
    wrong = []
    for room in ROOMS:
        for path in (ROOT / room).glob("templates/**/*.html"):
            text = path.read_text(encoding="utf-8")
            if re.search(
                r"<script(?![^>]*\b(src|type=\"application/json\"))|<style|\sstyle=|\son[a-z]+=\"",
                text,
            ):
                wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []
