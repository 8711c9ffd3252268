"""A recurrence interval in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: What a city's own past of a few years can tell apart; rarer ones are said to be so.
LONGEST_DAYS = 1000


def in_words(days: float) -> str:
    """How often chance would make such a cluster, somewhere in the city."""
    if days >= LONGEST_DAYS:
        return _("such a cluster by chance less than once in three years")
    if days >= 60:
        count = round(days / 30.4)
        return ngettext(
            "such a cluster by chance about once in %(count)d month",
            "such a cluster by chance about once in %(count)d months",
            count,
        ) % {"count": count}
    count = max(round(days), 1)
    return ngettext(
        "such a cluster by chance about once in %(count)d day",
        "such a cluster by chance about once in %(count)d days",
        count,
    ) % {"count": count}
