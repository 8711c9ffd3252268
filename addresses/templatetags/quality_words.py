"""Words for findings in templates."""

from django import template

from addresses.web import quality_words as words

register = template.Library()
register.filter("severity_name", words.severity_name)
register.filter("owner_name", words.owner_name)
register.filter("finding_state", words.state_name)
register.filter("note_name", words.note_name)
register.filter("rule_title", words.rule_title)
register.filter("fix_name", words.fix_name)


@register.filter
def severity_tone(severity: str) -> str:
    """The colour of a severity's mark."""
    return {"ERROR": "bad", "WARNING": "warn"}.get(severity, "quiet")
