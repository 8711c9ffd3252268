"""What a type says, in words and as text that people edit."""

from typing import Any

from django.utils.translation import gettext as _

from cases.exchange.type_text import as_text


def field_name(name: str) -> str:
    words = {
        "code": _("Code"), "group": _("Group"), "name": _("Name"), "name_en": _("Name in English"),
        "kind": _("Kind"), "keywords": _("Keywords"), "synonyms": _("Synonyms"),
        "target_hours": _("Target hours"), "legal_clock": _("Legal clock"), "public": _("Public"),
        "sensitive": _("Sensitive"), "survey": _("Survey"), "icon": _("Icon"),
        "guidance": _("Guidance"), "retention_days": _("Days of keeping"),
        "questionnaire": _("Questions"), "active": _("In use"), "successor": _("Successor"),
        "urgency": _("Urgency"),
    }  # fmt: skip
    part, dot, one = name.partition(".")
    if not dot:
        return words.get(name, name)
    return (_("Question %s") if part == "questions" else _("Hard stop %s")) % one


def sort_names() -> dict[str, str]:
    return {"group": _("by group"), "name": _("by name"), "code": _("by code"), "target": _("by target"),
            "used": _("most used first"), "changed": _("most changed first")}  # fmt: skip


def value_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return as_text(value)
    if isinstance(value, list):
        return ", ".join(as_text(v) if isinstance(v, dict) else str(v) for v in value)
    return "–" if value is None or value == "" else str(value)
