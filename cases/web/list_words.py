"""What views, filters, orders and acts of the console's list are called."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.queries.case_list import Asked
from cases.web.words import move_names, precision_name, state_name, urgency_name


def view_name(view: str) -> str:
    return {
        "all": _("Everything"),
        "triage": _("To be looked at"),
        "department": _("My department"),
        "crew": _("My crew"),
        "mine": _("Mine"),
    }[view]


def filter_name(name: str) -> str:
    return {
        "q": _("Search"),
        "state": _("State"),
        "group": _("Group"),
        "type": _("Type"),
        "channel": _("Channel"),
        "district": _("District"),
        "neighbourhood": _("Neighbourhood"),
        "organisation": _("Body"),
        "department": _("Responsible"),
        "crew": _("Crew"),
        "assignee": _("Who answers for it"),
        "result": _("Result"),
        "kind": _("Nature"),
        "precision": _("Precision"),
        "category": _("Certainty of the place"),
        "urgency": _("Urgency"),
        "due": _("Clock"),
        "level": _("Escalated to level"),
        "review": _("A person must look"),
        "photo": _("With a photo"),
        "children": _("With parts"),
        "duplicates": _("With duplicates"),
        "anonymous": _("Reporter unknown"),
        "opened_from": _("Opened from"),
        "opened_to": _("Opened until"),
        "due_from": _("Due from"),
        "due_to": _("Due until"),
        "closed_from": _("Closed from"),
        "closed_to": _("Closed until"),
        "bbox": _("On this part of the map"),
        "near": _("Near a point"),
        "view": _("View"),
        "sort": _("Order"),
    }[name]


def kind_name(kind: str) -> str:
    return {
        "REQUEST": _("Request"),
        "COMPLAINT": _("Complaint"),
        "TIP": _("Tip"),
        "SUGGESTION": _("Suggestion"),
        "DEMAND": _("Demand"),
    }.get(kind, kind)


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


def sort_name(sort: str) -> str:
    return {
        "new": _("Newest first"),
        "old": _("Oldest first"),
        "due": _("Due first"),
        "due_last": _("Due last"),
        "changed": _("Changed last"),
        "changed_first": _("Unchanged for longest"),
        "ended": _("Closed last"),
        "type": _("By type"),
        "place": _("By place"),
        "state": _("By state"),
        "responsible": _("By department"),
        "level": _("Escalated most"),
    }[sort]


def act_name(act: str) -> str:
    own = {
        "give": _("Give to a crew or person"),
        "retype": _("Change the type"),
        "looked_at": _("Mark as looked at"),
        "mark_duplicate": _("Merge into one request"),
    }
    return own.get(act) or move_names()[act]
