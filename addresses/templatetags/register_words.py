"""Words of the register in templates."""

from django import template

from addresses.web import words

register = template.Library()
for _name in (
    "entity_name", "field_name", "operation_name", "operation_tone", "set_state", "set_kind",
    "request_state", "request_kind", "request_source", "state_tone", "problem_text", "rule_name", "shown",
):  # fmt: skip
    register.filter(f"register_{_name}", getattr(words, _name))
