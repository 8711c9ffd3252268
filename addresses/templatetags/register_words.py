"""Words of the register in templates."""

from django import template

from addresses.queries.labels import field_label, kind_label
from addresses.web import words

register = template.Library()
for _name in (
    "operation_name", "operation_tone", "set_state", "set_kind",
    "request_state", "request_kind", "request_source", "state_tone", "problem_text", "rule_name", "shown",
    "note_outcome", "note_tone", "note_reason", "note_field", "note_entity",
):  # fmt: skip
    register.filter(f"register_{_name}", getattr(words, _name))
register.filter("register_entity_name", kind_label)
register.filter("register_field_name", field_label)
