"""Numbers as they are written on a screen, on paper and in a mail."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format


def written(value: float, digits: int = 0) -> str:
    """A finite number in the page's language, rounded as browsers round it. Django's own `number_format` cuts
    off: 12.096 would be 12.09 in a table and 12.10 beside it on the map. Nothing has no sign."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return number_format(rounded or abs(rounded), digits, force_grouping=True)
