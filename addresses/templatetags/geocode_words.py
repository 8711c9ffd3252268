"""Words for geocoded tables in templates."""

from django import template

from addresses.web import geocode_words as words

register = template.Library()
register.filter("batch_state", words.batch_state)
register.filter("row_status", words.row_status)
register.filter("row_warning", words.warning_name)


@register.filter
def batch_tone(state: str) -> str:
    """The colour of a state's mark."""
    return {"DONE": "good", "FAILED": "bad", "CHOOSING": "warn", "CANCELLED": "quiet"}.get(
        state, ""
    )


@register.filter
def row_tone(status: str) -> str:
    return {"unsure": "warn"}.get(status, "bad")
