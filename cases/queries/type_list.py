"""Types of request as their administrators see them: content, list, versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from cases.models import Case, RequestType
from cases.rules.request_type import FIELDS, differences
from core.queries.counting import number_of
from core.rules.text import key

SORTS = {
    "name": ("name", "pk"),
    "group": ("group__name", "name", "pk"),
    "code": ("code",),
    "target": ("target_hours", "name", "pk"),
    "used": ("-cases_count", "name", "pk"),
    "changed": ("-version", "name", "pk"),
}
_YES_NO = ("active", "public", "sensitive")
_WITH_QUESTIONS = Q(questionnaire__questions__isnull=False)


def content_of(row: RequestType) -> dict[str, Any]:
    """Everything that a type says, as `cases.rules.request_type` describes it."""
    special = {
        "group": row.group.code,
        "keywords": list(row.keywords),
        "synonyms": list(row.synonyms),
        "successor": row.successor.code if row.successor else "",
    }
    return {name: special[name] if name in special else getattr(row, name) for name in FIELDS}


@dataclass(frozen=True)
class TypeFilter:
    """As it stands in the query string; yes and no are `1` and `0`, empty is either."""

    q: str = ""
    group: str = ""
    active: str = "1"
    public: str = ""
    sensitive: str = ""
    questions: str = ""
    sort: str = "group"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "TypeFilter":
        values = {
            name: query.get(name, str(field.default)).replace("\0", "").strip()[:100]
            for name, field in cls.__dataclass_fields__.items()
        }
        for name in (*_YES_NO, "questions"):
            values[name] = values[name] if values[name] in ("0", "1") else ""
        values["sort"] = values["sort"] if values["sort"] in SORTS else "group"
        return cls(**values)


def type_list(wanted: TypeFilter) -> QuerySet[RequestType]:
    """The types that fit; every word of `q` must begin a word of name, code, synonym or keyword."""
    rows = RequestType.objects.select_related("group", "successor")
    for name in _YES_NO:
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value == "1"})
    if wanted.group:
        rows = rows.filter(group__code=wanted.group)
    if wanted.questions:
        has = rows.filter(_WITH_QUESTIONS)
        rows = has if wanted.questions == "1" else rows.exclude(_WITH_QUESTIONS)
    if words := key(wanted.q).split():
        # Some hundred rows: folded here, where letters are compared as everywhere else.
        fitting = [row.pk for row in rows if fits(row, words)]
        rows = rows.filter(pk__in=fitting)
    if wanted.sort == "used":
        rows = rows.annotate(
            cases_count=number_of(Case.objects.filter(request_type=OuterRef("pk")))
        )
    return rows.order_by(*SORTS[wanted.sort])


def fits(row: RequestType, words: list[str]) -> bool:
    known = key(" ".join([row.code, row.name, row.name_en, *row.synonyms, *row.keywords])).split()
    return all(any(k.startswith(word) for k in known) for word in words)


@dataclass(frozen=True)
class VersionSeen:
    """One version of a type: `changed` maps a field to before and after."""

    number: int
    at: Any
    by: str
    changed: dict[str, tuple[Any, Any]]


def history(row: RequestType) -> list[VersionSeen]:
    """The versions of a type, the newest first, each with what it changed."""
    seen: list[VersionSeen] = []
    before: Mapping[str, Any] | None = None
    for version in row.versions.select_related("by").order_by("number"):
        by = version.by.get_full_name() if version.by else ""
        changed = differences(before, version.content) if before is not None else {}
        seen.append(VersionSeen(version.number, version.at, by, changed))
        before = version.content
    return seen[::-1]
