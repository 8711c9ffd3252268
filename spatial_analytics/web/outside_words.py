"""Words of the pages on which outside indicators are brought in."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.web.numbers import written
from spatial_analytics.models import OutsideImport, OutsideIndicator


def reason(code: str) -> str:
    """Why a row is refused."""
    return {
        "no_value": _("There is no value."),
        "no_number": _("This is not a number."),
        "too_large": _("The number is too large."),
        "no_weight": _("The weight must be more than nought."),
        "no_period": _("This is not a period."),
        "other_period": _("The period has another length than those of the indicator."),
        "no_place": _("No place is named."),
        "no_such_code": _("The register has no such code."),
        "no_such_place": _("The register has no such place."),
        "several_places": _("Several places are called so: name the district too, or use codes."),
        "no_such_body": _("There is no such organisation or department."),
        "streets_by_code": _("Streets are told apart by their codes, or by those of addresses."),
        "no_point": _("This is not a point in degrees."),
        "long_category": _("The category is too long."),
        "twice": _("The same place, period and category came before in this table."),
    }.get(code, code)


def roles(indicator: OutsideIndicator) -> list[tuple[str, str]]:
    """What a column can be, as far as the indicator needs it."""
    place = {
        "code": _("code of the place or the address"),
        "name": _("name of the place"),
        "district": _("its district"),
        "lon": _("longitude"),
        "lat": _("latitude"),
    }
    if indicator.level in ("organisation", "department"):
        place = {"code": _("code of the body"), "name": _("name of the body")}
    elif indicator.level == "city":
        place = {}
    elif indicator.level == "district":
        place.pop("district")
    rest = {
        "period": _("period"),
        "year": _("year"),
        "month": _("month"),
        "value": _("value"),
        "category": _("category"),
    }
    if indicator.together == OutsideIndicator.Together.WEIGHTED:
        rest["weight"] = _("weight")
    return [("", _("– not used –")), *place.items(), *rest.items()]


def levels() -> list[tuple[str, str]]:
    return [
        ("city", _("the whole city")),
        ("district", _("districts")),
        ("neighbourhood", _("neighbourhoods")),
        ("street", _("streets")),
        ("organisation", _("organisations")),
        ("department", _("departments")),
    ]


def steps() -> list[tuple[str, str]]:
    return [("day", _("a day")), ("month", _("a month")), ("quarter", _("a quarter")), ("year", _("a year"))]  # fmt: skip


def togethers() -> list[tuple[str, str]]:
    return [
        ("sum", _("they are summed up")),
        ("mean", _("their mean, each place the same")),
        ("weighted", _("their mean, weighted by a column")),
        ("last", _("the last one of each place, summed up (a stock)")),
    ]


def directions() -> list[tuple[str, str]]:
    return [
        ("neutral", _("neither good nor bad")),
        ("more_is_better", _("more is better")),
        ("more_is_worse", _("more is worse")),
    ]


def audiences() -> list[tuple[str, str]]:
    return [("staff", _("analysts, and who works for the owner")), ("public", _("everybody"))]


def marks() -> list[tuple[str, str]]:
    return [("", _("as it looks")), (",", "1.234,56"), (".", "1,234.56")]


def period_name(indicator: OutsideIndicator, begin: date) -> str:
    """A period as it is said: a month, a quarter, …"""
    match indicator.step:
        case "month":
            return date_format(begin, "F Y")
        case "quarter":
            return f"{begin.year} / {(begin.month + 2) // 3}"
        case "year":
            return str(begin.year)
    return date_format(begin, "SHORT_DATE_FORMAT")


def plain_number(value: float | None) -> str:
    """In the page's language, with the digits that it has, four after the point at most."""
    if value is None:
        return ""
    digits = len(f"{value:.4f}".rstrip("0").partition(".")[2])
    return written(value, digits)


def state(came: OutsideImport) -> tuple[str, str]:
    """In words, and the tone of its mark."""
    if came.state == OutsideImport.State.DONE:
        return _("Imported"), "good"
    if came.state == OutsideImport.State.UNDONE:
        return _("Undone"), "warn"
    job = came.job.state if came.job else ""
    return {
        "WAITING": (_("Waiting"), ""),
        "RUNNING": (_("Being imported"), ""),
        "FAILED": (_("Ended with an error"), "bad"),
        "CANCELLED": (_("Stopped"), "warn"),
    }.get(job, (_("Not imported yet"), ""))
