"""What a request type says, as one flat piece of data: what its editor, the spreadsheet, the
catalogue file and its stored versions have in common."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cases.rules.questionnaire import as_data, read_questionnaire
from cases.rules.validation import KINDS, tidy
from core.api.problems import InvalidInput
from core.rules.text import key

LEGAL_CLOCKS = ("NONE", "PETITION_30_DAYS", "INFORMATION_15_WORKING_DAYS")
#: Symbols of `cases/static/cases/icons.svg`.
ICONS = (
    "animal", "bench", "bicycle", "bin", "building", "bus", "camera", "car", "chimney", "crossing",
    "dog", "document", "drain", "drop", "exclamation", "factory", "fire", "flower", "gas", "hand",
    "hole", "house", "insect", "lamp", "lightning", "megaphone", "pavement", "people", "phone",
    "pipe", "playground", "question", "road", "shop", "sign", "snow", "taxi", "toilet", "tree",
    "wave", "wrench",
)  # fmt: skip
#: Every field of a type's content, in the order in which it is shown.
FIELDS = (
    "code", "group", "name", "name_en", "kind", "keywords", "synonyms", "target_hours",
    "legal_clock", "public", "sensitive", "survey", "icon", "guidance", "retention_days",
    "questionnaire", "active", "successor",
)  # fmt: skip
LISTS, FLAGS, NUMBERS = (
    ("keywords", "synonyms"),
    ("public", "sensitive", "survey", "active"),
    ("target_hours", "retention_days"),
)
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_TAKEN = ("new", "preview", "import")  # by pages of their own
_LENGTHS = {"name": 120, "name_en": 120, "guidance": 4000}
_BOUNDS = {"target_hours": (1, 20_000), "retention_days": (30, 36_500)}
_LIST_MAX, _ENTRY_MAX = 60, {"keywords": 60, "synonyms": 80}
BLANK: dict[str, Any] = {
    "code": "", "group": "", "name": "", "name_en": "", "kind": "COMPLAINT", "keywords": [],
    "synonyms": [], "target_hours": 72, "legal_clock": "PETITION_30_DAYS", "public": True,
    "sensitive": False, "survey": True, "icon": "", "guidance": "", "retention_days": 3650,
    "questionnaire": {}, "active": True, "successor": "",
}  # fmt: skip


def check_content(
    content: Mapping[str, Any], *, groups: Collection[str], codes: Collection[str]
) -> dict[str, Any]:
    """The content in its one form, keywords folded. `groups` and `codes` are those that there are.

    Raises InvalidInput with every fault by field; those of questions as `questions.NAME.field`.
    """
    errors: dict[str, list[str]] = {}

    def fault(field: str, reason: str) -> None:
        errors.setdefault(field, []).append(reason)

    found = {**BLANK, **{k: v for k, v in content.items() if k in FIELDS}}
    found["code"] = str(found["code"]).strip()
    if not _CODE.fullmatch(found["code"]) or found["code"] in _TAKEN:
        fault("code", _("A code has small letters, figures and hyphens."))
    if found["group"] not in groups:
        fault("group", _("There is no group of types with the code “%s”.") % found["group"])
    for name, most in _LENGTHS.items():
        found[name] = tidy(str(found[name] or ""))
        if len(found[name]) > most:
            fault(name, _("At most %s characters are possible.") % most)
    if not found["name"]:
        fault("name", _("The name is missing."))
    for name, allowed in (("kind", KINDS), ("legal_clock", LEGAL_CLOCKS), ("icon", ("", *ICONS))):
        if found[name] not in allowed:
            fault(name, _("“%s” is not one of the possible values.") % found[name])
    for name in LISTS:
        found[name] = _entries(name, found[name], fault)
    for name in FLAGS:
        if not isinstance(found[name], bool):
            fault(name, _("Yes or no is needed."))
    for name, (least, most) in _BOUNDS.items():
        if isinstance(found[name], bool) or not isinstance(found[name], int):
            fault(name, _("A whole number is needed."))
        elif not least <= found[name] <= most:
            fault(
                name, _("It lies between %(least)s and %(most)s.") % {"least": least, "most": most}
            )
    if found["successor"] and (
        found["successor"] not in codes or found["successor"] == found["code"]
    ):
        fault("successor", _("There is no other type with the code “%s”.") % found["successor"])
    if found["sensitive"] is True and found["public"] is True:
        fault("public", _("What is sensitive cannot stand on a public map."))
    try:
        found["questionnaire"] = as_data(read_questionnaire(found["questionnaire"]))
    except InvalidInput as error:
        errors.update(error.errors)
    if errors:
        raise InvalidInput(errors)
    return found


def _entries(name: str, given: Any, fault: Any) -> list[str]:
    if not isinstance(given, list | tuple):
        fault(name, _("A list is needed."))
        return []
    make = key if name == "keywords" else tidy
    entries = list(dict.fromkeys(e for e in (make(str(one)) for one in given) if e))
    if len(entries) > _LIST_MAX:
        fault(name, _("At most %s are possible.") % _LIST_MAX)
    for entry in entries:
        if len(entry) > _ENTRY_MAX[name]:
            fault(name, _("“%(entry)s” has more than %(most)s characters.")
                  % {"entry": entry[:30] + "…", "most": _ENTRY_MAX[name]})  # fmt: skip
    return entries


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields that differ: name → before, after. Questions one by one: `questions.NAME`."""
    changed: dict[str, tuple[Any, Any]] = {}
    for name in FIELDS:
        old, new = before.get(name, BLANK[name]), after.get(name, BLANK[name])
        if old == new:
            continue
        if name != "questionnaire":
            changed[name] = (old, new)
            continue
        for part, label in (("questions", "name"), ("stops", "code")):
            was = {row[label]: row for row in old.get(part, [])}
            now = {row[label]: row for row in new.get(part, [])}
            for one in dict.fromkeys([*was, *now]):
                if was.get(one) != now.get(one):
                    changed[f"{part}.{one}"] = (was.get(one), now.get(one))
            if list(was) != list(now) and set(was) == set(now):
                changed[f"{part}.order"] = (list(was), list(now))
        if old.get("urgency", []) != new.get("urgency", []):
            changed["urgency"] = (old.get("urgency", []), new.get("urgency", []))
    return changed
