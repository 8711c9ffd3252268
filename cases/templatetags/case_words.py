"""Words for states, events, precisions and warnings in templates."""

from django import template

from cases.web import exchange_words, routing_words, words

register = template.Library()
register.filter("state_name", words.state_name)
register.filter("look_reason", words.look_reason)
register.filter("order_state_name", words.order_state_name)
register.filter("event_name", words.event_name)
register.filter("precision_name", words.precision_name)
register.filter("warning_name", words.warning_name)
register.filter("transport_name", words.transport_name)
register.filter("message_state_name", words.message_state_name)
register.filter("moment_name", words.moment_name)
register.filter("likeness_words", words.likeness_words)
register.filter("reason_words", routing_words.reason_words)
register.filter("boundary_words", routing_words.boundary_words)
register.filter("kind_name", words.kind_name)
register.filter("clock_name", words.clock_name)
register.filter("urgency_name", words.urgency_name)
register.filter("urgency_source_name", words.urgency_source_name)
register.filter("transfer_state", exchange_words.transfer_state_name)
register.filter("level_name", routing_words.level_name)


@register.filter
def state_tone(state: str) -> str:
    """The colour of a state's mark."""
    if state in ("RESOLVED", "CLOSED"):
        return "good"
    if state in ("RETURNED", "REOPEN_REQUESTED", "WAITING_FOR_INFORMATION", "NEW"):
        return "warn"
    return "quiet" if state in ("CANCELLED", "DUPLICATE") else ""


@register.filter
def attribute(value: object, name: str) -> object:
    return getattr(value, name, "")
