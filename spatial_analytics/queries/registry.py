"""All indicators: those that are counted here, and those whose values others bring in."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language

from spatial_analytics.models import OutsideIndicator
from spatial_analytics.queries.indicator_words import WORDS
from spatial_analytics.rules.indicators import (
    BUILT_IN,
    Audience,
    Direction,
    Indicator,
    Outside,
    Source,
    Together,
)


def indicators() -> Mapping[str, Indicator]:
    """By code. One query; right to the last change."""
    rows = OutsideIndicator.objects.order_by("name", "pk")
    return BUILT_IN | {row.code: as_indicator(row) for row in rows if row.code not in BUILT_IN}


def as_indicator(row: OutsideIndicator) -> Indicator:
    """As the registry has it. What is summed up may be divided by residents."""
    together = Together(row.together)
    adds = together in (Together.SUM, Together.LAST)
    return Indicator(
        row.code,
        "",
        Source.OUTSIDE,
        # The last ones do not add up over time: they are a stock.
        "" if together is Together.LAST else "begin",
        unit=row.unit,
        direction=Direction(row.direction),
        audience=Audience(row.audience),
        additive=adds,
        decimals=row.decimals,
        target=row.target,
        owner=str(row.organisation_id),
        version=row.version,
        outside=Outside(
            pk=row.pk,
            level=row.level,
            step=row.step,
            together=together,
            name=(row.name, row.name_en or row.name),
            explanation=(row.explanation, row.explanation_en or row.explanation),
            origin=row.origin,
            organisation=row.organisation_id,
        ),
    )


def name_of(one: Indicator) -> str | Promise:
    """In the language of the page."""
    return one.outside.name[_language()] if one.outside else WORDS[one.code].name


def explanation_of(one: Indicator) -> str | Promise:
    return one.outside.explanation[_language()] if one.outside else WORDS[one.code].explanation


def _language() -> int:
    return 1 if (get_language() or "").startswith("en") else 0
