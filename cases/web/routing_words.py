"""Conditions, reasons, boundaries and findings in plain words of the reader's language."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.models import Channel, RequestType, RequestTypeGroup
from cases.queries.rulebook import register
from cases.rules.coverage import Finding, Kind


def _fact(reason: dict[str, Any]) -> str:
    return {
        "type": _("the type"),
        "group": _("the group of types"),
        "kind": _("the kind of request"),
        "channel": _("the channel"),
        "province": _("the province"),
        "district": _("the district"),
        "neighbourhood": _("the neighbourhood"),
        "area": _("the drawn area"),
        "owner": _("the owner of the asset"),
        "time": _("the time of day"),
        "day": _("the day"),
    }.get(reason["fact"], _("the answer “%s”") % reason["name"])


def reason_words(reason: dict[str, Any]) -> str:
    """One test that counted, as a sentence: see `queries.explaining`."""
    words = {
        "fact": _fact(reason),
        "values": _(" or ").join(_value(reason, v) for v in reason["values"]),
    }
    if reason["op"] == "known":
        return (_("%(fact)s is known") if reason["held"] else _("%(fact)s is not known")) % words
    if reason["op"] != "in":
        words["op"] = reason["op"]
        return (
            _("%(fact)s is %(op)s %(values)s")
            if reason["held"]
            else _("%(fact)s is not %(op)s %(values)s")
        ) % words
    return (
        _("%(fact)s is %(values)s") if reason["held"] else _("%(fact)s is not %(values)s")
    ) % words


def _value(reason: dict[str, Any], value: str) -> str:
    """The name of a code, where there is one."""
    tables: dict[str, Any] = {
        "type": RequestType, "group": RequestTypeGroup, "channel": Channel,
    }  # fmt: skip
    if reason["fact"] in tables:
        row = tables[reason["fact"]].objects.filter(code__iexact=value).first()
        return f"“{_named(row)}”" if row else value
    if reason["fact"] == "day":
        return day_name(value)
    return value


def _named(row: Any) -> str:
    english = get_language() != "tr" and getattr(row, "name_en", "")
    return english or row.name


def day_name(word: str) -> str:
    return {
        "mon": _("Monday"),
        "tue": _("Tuesday"),
        "wed": _("Wednesday"),
        "thu": _("Thursday"),
        "fri": _("Friday"),
        "sat": _("Saturday"),
        "sun": _("Sunday"),
        "workday": _("a working day"),
        "weekend": _("the weekend"),
        "holiday": _("a public holiday"),
    }.get(word.lower(), word)


def boundary_words(boundary: dict[str, Any]) -> str:
    """A boundary that is near: see `queries.explaining`."""
    if boundary["level"] == "area" and boundary["inside"]:
        return _("%(m)s m inside the edge of “%(name)s”") % boundary
    return {
        "province": _("%(m)s m from the province of %(name)s"),
        "district": _("%(m)s m from the district of %(name)s"),
        "neighbourhood": _("%(m)s m from the neighbourhood %(name)s"),
    }.get(boundary["level"], _("%(m)s m outside the edge of “%(name)s”")) % boundary


def level_name(level: str) -> str:
    return {
        "province": _("Province"),
        "district": _("District"),
        "neighbourhood": _("Neighbourhood"),
        "area": _("Drawn area"),
    }.get(level, level)


def finding_words(finding: Finding) -> str:
    """What is wrong with a rule, or to be known of it."""
    words = {
        "rule": finding.rule.name,
        "by": ", ".join(f"{r.position} “{r.name}”" for r in finding.by[:4])
        + ("…" if len(finding.by) > 4 else ""),
        "case": witness_words(finding.witness),
    }
    return {
        Kind.NEVER: _("“%(rule)s” can never fit: its conditions exclude each other."),
        Kind.SHADOWED: _("“%(rule)s” can never win: earlier rules take all its requests: %(by)s."),
        Kind.CONFLICT: _(
            "“%(rule)s” meets rule %(by)s of another department, which comes first. Both fit, for"
            " example: %(case)s."
        ),
        Kind.UNDECIDED: _(
            "“%(rule)s” has too many cases to be proven: see by the requests of the last year"
            " whether it ever wins."
        ),
    }[finding.kind] % words


def witness_words(witness: tuple[tuple[str, Any], ...]) -> str:
    """A case as its facts."""
    given, areas, found = dict(witness), register(), []
    if pk := given.get("request_type"):
        row = RequestType.objects.filter(pk=pk).first()
        found.append(_named(row) if row else str(pk))
    place = areas.neighbourhoods.get(given.get("neighbourhood") or 0) or areas.districts.get(
        given.get("district") or 0
    )
    if place:
        found.append(place.name)
    if pk := given.get("channel"):
        found.append(_named(Channel.objects.get(pk=pk)))
    if (minute := given.get("minute")) is not None:
        found.append(f"{minute // 60:02d}:{minute % 60:02d}")
    found += [day_name(word) for word in sorted(given.get("days") or ())]
    found += sorted(given.get("areas") or ()) + sorted(given.get("owners") or ())
    found += [f"{name} = {value}" for name, value in given.get("answers") or ()]
    return ", ".join(found) or _("any request")
