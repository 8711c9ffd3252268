"""What views, filters, orders and acts of the console's list are called."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.queries.case_list import Asked
from cases.web.words import kind_name, move_names, precision_name, state_name, urgency_name


def view_name(view: str) -> str:
    return {
        "all": _("Everything"),
        "triage": _("To be looked at"),
        "department": _("My department"),
        "crew": _("My crew"),
        "mine": _("Mine"),
    }[view]


_FILTERS = {
    "q": gettext_lazy("Search"),
    "state": gettext_lazy("State"),
    "group": gettext_lazy("Group"),
    "type": gettext_lazy("Type"),
    "channel": gettext_lazy("Channel"),
    "district": gettext_lazy("District"),
    "neighbourhood": gettext_lazy("Neighbourhood"),
    "organisation": gettext_lazy("Body"),
    "department": gettext_lazy("Responsible"),
    "crew": gettext_lazy("Crew"),
    "assignee": gettext_lazy("Who answers for it"),
    "result": gettext_lazy("Result"),
    "kind": gettext_lazy("Nature"),
    "precision": gettext_lazy("Precision"),
    "category": gettext_lazy("Certainty of the place"),
    "urgency": gettext_lazy("Urgency"),
    "due": gettext_lazy("Clock"),
    "level": gettext_lazy("Escalated to level"),
    "review": gettext_lazy("A person must look"),
    "photo": gettext_lazy("With a photo"),
    "children": gettext_lazy("With parts"),
    "duplicates": gettext_lazy("With duplicates"),
    "anonymous": gettext_lazy("Reporter unknown"),
    "opened_from": gettext_lazy("Opened from"),
    "opened_to": gettext_lazy("Opened until"),
    "due_from": gettext_lazy("Due from"),
    "due_to": gettext_lazy("Due until"),
    "closed_from": gettext_lazy("Closed from"),
    "closed_to": gettext_lazy("Closed until"),
    "bbox": gettext_lazy("On this part of the map"),
    "near": gettext_lazy("Near a point"),
    "view": gettext_lazy("View"),
    "sort": gettext_lazy("Order"),
}


def filter_name(name: str) -> str:
    return str(_FILTERS.get(name, name))


def due_name(due: str) -> str:
    return {
        "late": _("Late"),
        "late2": _("Late by twice its time"),
        "today": _("Due today"),
        "week": _("Due this week"),
    }[due]


def value_name(name: str, value: str) -> str:
    """What a value of WORDS is called."""
    if name == "state":
        return {"open": _("Open"), "all": _("All")}.get(value) or state_name(value)
    if name == "due":
        return due_name(value)
    if name == "precision":
        return precision_name(value)
    if name == "urgency":
        return urgency_name(value)
    return kind_name(value) if name == "kind" else value


def chip(asked: Asked, name: str, value: str) -> str:
    """One filter in words, as it stands on its chip."""
    wanted = asked.wanted
    if name in ("review", "photo", "children", "duplicates", "anonymous", "bbox"):
        return filter_name(name)
    if name in wanted.days:
        return f"{filter_name(name)}: {date_format(wanted.days[name], 'd.m.Y')}"
    if name == "near" and wanted.near:
        return _("Within %(n)d m of a point") % {"n": wanted.near[2]}
    return f"{filter_name(name)}: {asked.labels.get((name, value)) or (value if name == 'q' else value_name(name, value))}"


_SORTS = {
    "new": gettext_lazy("Newest first"),
    "old": gettext_lazy("Oldest first"),
    "due": gettext_lazy("Due first"),
    "due_last": gettext_lazy("Due last"),
    "changed": gettext_lazy("Changed last"),
    "changed_first": gettext_lazy("Unchanged for longest"),
    "ended": gettext_lazy("Closed last"),
    "type": gettext_lazy("By type"),
    "place": gettext_lazy("By place"),
    "state": gettext_lazy("By state"),
    "responsible": gettext_lazy("By department"),
    "level": gettext_lazy("Escalated most"),
}


def sort_name(sort: str) -> str:
    return str(_SORTS[sort])


def act_name(act: str) -> str:
    own = {
        "give": _("Give to a crew or person"),
        "retype": _("Change the type"),
        "looked_at": _("Mark as looked at"),
        "mark_duplicate": _("Merge into one request"),
    }
    return own.get(act) or move_names()[act]
