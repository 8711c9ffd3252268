"""What a type says, in words and as text that people edit."""

from typing import Any

import yaml
from django.utils.translation import gettext as _

from core.api.problems import InvalidInput

_CHARACTERS_MAX = 40_000


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


def as_text(data: Any) -> str:
    """Questions as readable YAML."""
    if not data:
        return ""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)


class _Plain(yaml.SafeLoader):
    """Without references, which could make much out of little; dates and such stay text."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError(_("References (*) are not possible here."))
        return super().compose_node(parent, index)


_Plain.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in known if not tag.endswith("timestamp")]
    for sign, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def from_text(text: str) -> Any:
    """Questions out of YAML. Raises InvalidInput with line and column."""
    if len(text) > _CHARACTERS_MAX:
        raise InvalidInput(
            {"questionnaire": [_("At most %s characters are possible.") % _CHARACTERS_MAX]}
        )
    try:
        return yaml.load(text, _Plain) or {}  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        if mark is None:
            raise InvalidInput(
                {"questionnaire": [_("The questions cannot be read: %s") % reason]}
            ) from None
        words = _("Line %(line)s, column %(column)s cannot be read: %(reason)s")
        at = {"line": mark.line + 1, "column": mark.column + 1, "reason": reason}
        raise InvalidInput({"questionnaire": [words % at]}) from None
