"""Questionnaires as text that people edit: YAML without its sharp edges."""

from typing import Any

import yaml
from django.utils.translation import gettext as _

from core.api.problems import InvalidInput

_CHARACTERS_MAX = 30_000  # a cell of a spreadsheet holds little more


def as_text(data: Any) -> str:
    """Questions as readable YAML."""
    if not data:
        return ""
    return yaml.safe_dump(_ordered(data), allow_unicode=True, sort_keys=False, width=100)


# The database keeps no order of names.
_ORDER = (
    "questions", "stops", "urgency", "name", "kind", "code", "level", "value", "tr", "en", "hint_tr", "hint_en",
    "required", "private", "when", "options", "least", "most", "unit",
)  # fmt: skip


def _ordered(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: _ordered(data[k]) for k in sorted(data, key=lambda k: _ORDER.index(k))}
    return [_ordered(one) for one in data] if isinstance(data, list) else data


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
