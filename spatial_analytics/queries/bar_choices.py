"""What the bar above a dashboard offers: values and names of every filter, in the page's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Organisation
from addresses.models import District
from addresses.models.entity import LIVING
from cases.models import Channel
from cases.queries.catalogue import request_types
from spatial_analytics.queries.density_choices import by_name
from spatial_analytics.queries.indicator_words import BY
from spatial_analytics.queries.labels import labels
from spatial_analytics.queries.type_groups import type_groups
from spatial_analytics.rules.dashboards import PERIOD_NAMES
from spatial_analytics.rules.indicators import FILTERS, WORDS

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class BarField:
    """A filter of the bar; `value` is chosen."""

    name: str
    label: str
    choices: Choices
    value: str


@dataclass(frozen=True)
class Chip:
    """Something that the bar says, and which of its names taking it away clears."""

    label: str
    value: str
    names: tuple[str, ...]


def bar_fields(bar: Mapping[str, str]) -> list[BarField]:
    """The filters that the bar always offers; types are those of the chosen group."""
    english = (get_language() or "").startswith("en")
    types = [
        (str(t.pk), (t.name_en if english else "") or t.name)
        for t in request_types().values()
        if bar.get("group", "") in ("", str(t.group_id))
    ]
    channels = [
        (str(c.pk), (c.name_en if english else "") or c.name) for c in Channel.objects.all()
    ]
    bodies = Organisation.objects.filter(active=True).values_list("pk", "name")
    districts = District.objects.filter(status__in=LIVING).values_list("pk", "name")
    offered: dict[str, Choices] = {
        "group": [(str(one.id), one.name) for one in type_groups()],
        "type": by_name(types),
        "organisation": by_name((str(pk), name) for pk, name in bodies),
        "district": by_name((str(pk), name) for pk, name in districts),
        "channel": by_name(channels),
    }
    return [
        BarField(name, str(BY[name]), choices, bar.get(name, ""))
        for name, choices in offered.items()
    ]


def chips(bar: Mapping[str, str]) -> list[Chip]:
    """What the bar says beside a period of its own list, in words."""
    found = []
    if bar.get("from") or bar.get("to"):
        days = f"{bar.get('from', '')} – {bar.get('to', '')}"
        found.append(Chip(_("Days"), days, PERIOD_NAMES))
    for name in FILTERS:
        if bar.get(name):
            found.append(Chip(str(BY[name]), _words(name, bar[name]), (name,)))
    return found


def _words(name: str, value: str) -> str:
    keys = value.split(",")
    if name in WORDS:
        known = labels(name, keys)
        return ", ".join(known[key] for key in keys)
    ids = [int(key) for key in keys if key.isdigit()]
    known = labels(name, ids)
    return ", ".join(known.get(key, str(key)) for key in ids)
