"""The documents say what is there: links, pictures, verbs, commands, checks and names are looked up."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands
from django.urls import resolve
from django.utils import translation

from addresses.rules.quality import RULES
from cases.rules.lifecycle import MOVES, State
from cases.web.words import precision_name, state_name
from tests.architecture.test_catalogue import messages
from tests.architecture.test_house import ROOMS, ROOT, modules
from tiles.layers import all_layers

DOCS = sorted([ROOT / "README.md", ROOT / "deploy" / "README.md", *(ROOT / "docs").rglob("*.md")])
RECORDS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
GLOSSARY = ROOT / "docs" / "glossary.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
SUFFIXES = ("py", "sql", "js", "mjs", "css", "sh", "conf", "yaml", "toml", "md")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code_in(text: str) -> list[str]:
    """What stands between back quotes in running text and tables."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


def anchors(path: Path) -> set[str]:
    """Headings as the links write them."""
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_links_and_pictures_lead_somewhere(path: Path):
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        place = (path.parent / file).resolve() if file else path
        if not place.exists() or (anchor and anchor not in anchors(place)):
            wrong.append(target)
    assert wrong == []


def test_pictures_have_words_for_those_who_do_not_see_them():
    pictures = [p for d in DOCS for p in re.findall(r"!\[(.*?)\]\(", d.read_text(encoding="utf-8"))]
    assert pictures
    assert [p for p in pictures if len(p) < 20] == []


def test_verbs_of_vip_exist():
    script = (ROOT / "vip").read_text(encoding="utf-8")
    usage = script.partition("set -euo pipefail")[0]
    verbs = set(re.findall(r"\./vip (\w+)", usage)) | {"help"}
    below = set(re.search(r"\./vip db (\S+)", usage)[1].split("|")) | {"backup", "restore"}
    wrong = []
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        wrong += [f"{path.name}: {v}" for v in re.findall(r"\./vip (\w+)", text) if v not in verbs]
        wrong += [
            f"{path.name}: db {v}" for v in re.findall(r"/vip db (\w+)", text) if v not in below
        ]
    assert wrong == []


def test_management_commands_exist():
    known = set(get_commands())
    named = {
        (path.name, command)
        for path in DOCS
        for command in re.findall(
            r"(?:vip manage|manage\.py) ([a-z_]+)", path.read_text(encoding="utf-8")
        )
    }
    assert len(named) > 10
    assert {n for n in named if n[1] not in known} == set()


def test_variables_are_read_somewhere():
    readers = ["vip", "deploy/services.sh", "gis_vip/settings/base.py", "docker-compose.yml"]
    readers += [str(p) for p in (ROOT / "tests").rglob("*.py")]
    read = "".join((ROOT / r).read_text(encoding="utf-8") for r in readers)
    table = re.findall(r"^\| (`[A-Z_]{4,}`.*?) \|", (ROOT / "README.md").read_text("utf-8"), re.M)
    names = re.findall(r"`([A-Z_]+)`", " ".join(table))
    names += re.findall(r"VIP_[A-Z_]+", "".join(d.read_text(encoding="utf-8") for d in DOCS))
    assert len(set(names)) > 15
    assert {n for n in names if not re.search(rf"\b{n}\b", read)} == set()


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_files_that_are_named_exist(path: Path):
    """Paths with a folder and a known ending: from the root, a room, or a folder that the page names."""
    codes = code_in(path.read_text(encoding="utf-8"))
    starts = [ROOT, *(ROOT / room for room in ROOMS)]
    starts += [ROOT / c for c in codes if re.fullmatch(r"[a-z_/]+", c) and (ROOT / c).is_dir()]
    wrong = []
    for code in codes:
        if not re.fullmatch(rf"[a-z_]+/[\w/.-]*(/|\.({'|'.join(SUFFIXES)}))", code):
            continue
        if not any((start / code).exists() for start in starts) and code != "deploy/tls/":
            wrong.append(code)
    assert wrong == []


def test_tests_and_contracts_that_are_named_exist():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {c["name"] for c in config["tool"]["importlinter"]["contracts"]}
    tests = {name for names in functions_of_tests().values() for name in names}
    wrong = []
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        wrong += [c for c in re.findall(r'import contract "([^"]+)"', text) if c not in contracts]
        wrong += [c for c in code_in(text) if re.fullmatch(r"test_\w+", c) and c not in tests]
    assert wrong == []


@cache
def functions_of_tests() -> dict[str, set[str]]:
    return {
        name_of(path): set(re.findall(r"^ *def (test_\w+)", path.read_text(encoding="utf-8"), re.M))
        for path in (ROOT / "tests").rglob("test_*.py")
    }


def test_the_index_lists_every_record():
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\d+)\]\(([\w-]+\.md)\) \| (.+) \|$", index, re.M)
    titles = [
        (*re.match(r"# (\d+)\. (.+)", p.read_text(encoding="utf-8")).groups(), p.name)
        for p in RECORDS
    ]
    assert [(number, title, file) for number, file, title in listed] == titles
    assert [int(number) for number, _, _ in listed] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("path", RECORDS, ids=name_of)
def test_a_record_has_four_parts_and_a_check_that_exists(path: Path):
    text = path.read_text(encoding="utf-8")
    parts = re.findall(r"^\*\*(\w+)\.\*\*", text, re.M)
    assert parts == ["Context", "Decision", "Consequence", "Check"]
    checks = [c for c in code_in(text.partition("**Check.**")[2]) if c.startswith("tests/")]
    assert checks
    for check in checks:
        file, _, test = check.partition("::")
        assert functions_of_tests().get(file), check
        assert not test or test in functions_of_tests()[file], check


@cache
def definitions() -> dict[str, list[str]]:
    """Top-level classes and constants of the rooms: name → modules."""
    found: dict[str, list[str]] = {}
    for path in modules(*ROOMS):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(module)
            targets = node.targets if isinstance(node, ast.Assign) else []
            if isinstance(node, ast.AnnAssign):
                targets = [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(module)
    return found


def has(owner: Any, name: str) -> Any:
    """The attribute, or True for a field of a model or of a dataclass; None where there is none."""
    fields = getattr(owner, "__dataclass_fields__", {})
    meta = getattr(owner, "_meta", None)
    if name in fields or (meta and name in {f.name for f in meta.get_fields()}):
        return True
    return getattr(owner, name, None)


def exists(dotted: str) -> bool:
    head, *rest = dotted.split(".")
    for module in definitions().get(head, []):
        thing = getattr(importlib.import_module(module), head)
        for name in rest:
            thing = has(thing, name)
        if thing is not None:
            return True
    return False


def test_code_names_of_the_glossary_exist():
    names = [
        c
        for c in code_in(GLOSSARY.read_text(encoding="utf-8"))
        if re.fullmatch(r"[A-Z]\w+(\.\w+)*", c)
    ]
    assert len(names) > 120
    assert [n for n in names if not exists(n)] == []


def rows(title: str) -> Iterator[list[str]]:
    """The cells of the glossary's table whose head begins with this word."""
    text = GLOSSARY.read_text(encoding="utf-8")
    table = re.search(rf"^\| {title} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.M)[1]
    for line in table.splitlines():
        yield [cell.strip() for cell in line.strip("|").split("|")]


def turkish(english: str) -> str:
    po = ROOT / "cases" / "locale" / "tr" / "LC_MESSAGES" / "django.po"
    return messages(po.read_text(encoding="utf-8"))[english]


def test_states_and_precisions_are_called_as_on_the_screen():
    with translation.override("en"):
        states = {f"`State.{s.name}`": turkish(state_name(s)) for s in State}
        assert {row[0]: row[1] for row in rows("code")} == states
        for codes, words, _ in rows("precision"):
            said = [turkish(precision_name(c)) for c in codes.split(", ")]
            assert words.split(", ") == said, codes


def test_the_table_of_moves_is_the_one_that_runs():
    told = {}
    for names, way, _ in rows("move"):
        states = [part.split(", ") for part in way.split(" → ")]
        for i, move in enumerate(code_in(names)):
            told[move] = (set(states[i]), states[i + 1])
    assert told == {
        m.name: ({str(s) for s in m.sources}, [str(m.target) or "BEFORE"])
        for m in MOVES.moves.values()
    }


def test_the_table_of_versions_names_every_layer():
    text = (ROOT / "docs" / "tiles.md").read_text(encoding="utf-8")
    table = re.search(r"^\| version \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.M)[1]
    told: dict[str, tuple[str, ...]] = {}
    for line in table.splitlines():
        version, _, layers = [cell.strip() for cell in line.strip("|").split("|")]
        for layer in layers.split(", "):
            told[layer] = (*told.get(layer, ()), version.strip("`"))
    assert told == {layer.name: layer.data for layer in all_layers().values()}


def test_addresses_and_parameters_of_the_api_exist():
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    paths = set(re.findall(r'\$PORTAL(/[^"?\s]*)', text))
    assert len(paths) > 8
    for path in paths:
        resolve(path)
    table = re.search(r"^\| layer \| parameters \|\n.*\n((?:\|.*\n)+)", text, re.M)[1]
    told = {
        (cells := line.strip("|").split("|"))[0].strip(" `"): {
            p.partition("=")[0]
            for p in re.findall(r"`([a-z_]+(?:=1)?)`(?= \(|,| \||$)", cells[1].rstrip())
        }
        for line in table.splitlines()
    }
    known = {n: set(layer.parameters) for n, layer in all_layers().items() if layer.parameters}
    assert told == known


def test_the_table_of_rules_is_the_one_that_runs():
    text = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    table = re.search(r"^\| rule \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.M)[1]
    told = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    with translation.override("en"):
        runs = [
            [
                f"`{rule.code}`", str(rule.title), rule.severity, rule.entity, rule.owner,
                rule.fix or "–", ", ".join(f"{k} {v:g}" for k, v in rule.parameters.items()) or "–",
            ]
            for rule in RULES.values()
        ]  # fmt: skip
    assert told == runs
