"""What the editor says; its scripts hold no words of their own."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from addresses.queries.data_model import entities
from addresses.queries.labels import field_label


def TOOLS() -> list[dict[str, str]]:  # noqa: N802 - a table that waits for the language
    """Tools in the order of the bar: `key` is the keyboard's, `group` begins a new block."""
    return [
        {"name": "select", "key": "V", "title": pgettext("tool", "Select"), "group": ""},
        {"name": "address", "key": "D", "title": pgettext("tool", "Door"), "group": _("Draw")},
        {"name": "building", "key": "B", "title": pgettext("tool", "Building"), "group": ""},
        {"name": "parcel", "key": "P", "title": pgettext("tool", "Parcel"), "group": ""},
        {"name": "street", "key": "S", "title": pgettext("tool", "Street"), "group": ""},
        {"name": "landmark", "key": "L", "title": pgettext("tool", "Landmark"), "group": ""},
        {
            "name": "move",
            "key": "M",
            "title": pgettext("tool", "Move, reshape"),
            "group": _("Change"),
        },
        {"name": "split", "key": "X", "title": pgettext("tool", "Split"), "group": ""},
        {"name": "merge", "key": "J", "title": pgettext("tool", "Merge"), "group": ""},
        {"name": "snap", "key": "K", "title": pgettext("tool", "Draw to neighbours"), "group": ""},
        {
            "name": "place-doors",
            "key": "H",
            "title": pgettext("tool", "Doors to the street side"),
            "group": "",
        },
        {"name": "number", "key": "N", "title": pgettext("tool", "Number the street"), "group": ""},
        {"name": "retire", "key": "Delete", "title": pgettext("tool", "Retire"), "group": ""},
    ]


def field_words() -> dict[str, str]:
    """What fields are called, in records and in the editor's own forms."""
    columns = {c.name for kind in entities(private=True) for c in kind.columns}
    return {name: field_label(name) for name in [*columns, "geometry"]} | {
        "title": _("Title"), "reason": _("Reason"), "legal_basis": _("Legal basis"),
        "evidence": _("Evidence"), "effective_from": _("In force from"),
        "left_first": _("Left begins with"), "right_first": _("Right begins with"),
        "step": pgettext("numbering", "Step"), "spacing": _("Metres for each number"),
    }  # fmt: skip


def words() -> dict[str, Any]:
    return {
        "tools": {tool["name"]: tool["title"] for tool in TOOLS()},
        "operations": {
            "CREATE": _("New"), "UPDATE": _("Changed"), "RETIRE": _("Retired"),
        },
        "states": {
            "DRAFT": _("Draft"), "CHECKED": _("Checked"), "REVIEWED": _("Reviewed"),
            "PUBLISHED": _("Published"), "REJECTED": _("Rejected"),
        },
        "relations": {
            "SPLIT": _("split"), "MERGED": _("merged"), "REPLACED": _("replaced"),
            "DUPLICATE_OF": _("duplicate of"), "RENAMED": _("renamed"),
            "RENUMBERED": _("renumbered"),
        },
        "found": {
            "uid": _("by uid"), "code": _("by code"), "parcel": _("by block and parcel"),
            "identifier": _("by another body's identifier"), "name": _("by name"),
            "address": _("by address"),
        },
        "choose": _("Click on a record. With Shift several can be chosen, to merge them."),
        "draw_point": _("Click on the place. Enter sets it in the middle of the map."),
        "draw_line": _("Click along the line, or use arrow keys and Space; Enter ends it."),
        "draw_area": _("Click the corners, or use arrow keys and Space; Enter ends it."),
        "draw_cut": _("Draw a line across, from outside to outside; Enter ends it."),
        "fill": _("Fill in the form beside the map, then keep it."),
        "signed_out": _("You are signed out. What you have written stays."),
        "sign_in_again": _("Sign in again"),
        "taken_up": _("What you had written is there again. Keep it."),
        "empty": _("The draft changes nothing."),
        "moving": _("Drag it, or move a point with the arrow keys. Enter keeps it, Escape does not."),
        "moving_shape": _("Drag corners, or the points between them to add one. Enter keeps it."),
        "need_draft": _("Choose a draft or open a new one first."),
        "need_record": _("Select a record first."),
        "need_two": _("Select two or more neighbours of one kind first."),
        "wrong_kind": _("This does not go with a record of this kind."),
        "no_shape": _("It has no shape."),
        "nothing_drawn": _("Nothing is drawn yet."),
        "come_nearer": _("Come nearer to edit: single records are loaded from zoom 16 on."),
        "too_many": _("Too many records here: not all are shown. Come nearer."),
        "selected": _("Selected: {what}"),
        "several": _("{count} selected"),
        "kept": _("Kept in the draft: {what}"),
        "undone": _("Undone: {what}"),
        "redone": _("Done again: {what}"),
        "nothing_to_undo": _("There is nothing to undo."),
        "nothing_to_redo": _("There is nothing to do again."),
        "cancelled": _("Cancelled."),
        "well": _("Nothing is wrong with the shape."),
        "crossing": _("The line crosses itself."),
        "offline": _("The server cannot be reached. Nothing was changed."),
        "no_changes": _("No changes yet."),
        "new_record": _("New: {kind}"),
        "changed_fields": _("changed"),
        "since": _("since {day}"),
        "unknown_day": _("day unknown"),
        "version": _("Version {number}"),
        "change_number": _("change {number}"),
        "not_in_force": _("corrected, never in force"),
        "first_version": _("first version"),
        "lineage": _("Origin and successors"),
        "other_drafts": _("Also in: {titles}"),
        "conflict": _("Somebody else has changed it. What is there now: {what}"),
        "take_back": _("Take back"),
        "show": _("Show"),
        "keep": _("Keep in the draft"),
        "none": _("none"),
        "other": _("another: write its uid"),
        "no_hits": _("Nothing found."),
        "hits": _("{count} found"),
        "being_checked": _("It is large: it is being checked. Its page shows the result."),
        "report_good": _("The check found nothing that blocks it."),
        "report_findings": _("Nothing blocks it, but it brings {count} findings of quality."),
        "report_page": _("All of it on the page of this change"),
        "report_bad": _("Problems that block it: {count}"),
        "report_counts": _("{kind}: {created} new, {updated} changed, {retired} retired"),
        "report_none": _("It has not been checked since its last change."),
        "published": _("Published as change {number}."),
        "waits": _("It waits for {day} and is published then."),
        "rejected": _("The draft is closed."),
        "opened": _("Draft opened."),
        "preview": _("{changed} of {count} doors get another number."),
        "preview_none": _("No door stands on this street."),
        "out_of_order": _("No number is free before the first one: look at {number}."),
        "left": _("left"),
        "right": _("right"),
        "own_draft": _("mine"),
        "no_draft": _("– none: look only –"),
        "split_done": _("Split into {count} parts."),
        "merged": _("Merged."),
        "snapped": _("Drawn to its neighbours."),
        "not_snapped": _("Nothing near enough: it stays as it is."),
        "door_made": _("A new door: {what}. Look at its number."),
        "sides_made": _("Kept in the draft, with {count} sides. They stand below the street's fields."),
        "no_sides": _("Kept without sides: the street lies in no neighbourhood of yours."),
        "not_nearest": _("{title} is nearer ({metres} m), but not suggested: choose the side."),
        "no_side": _("The nearest street is {title} ({metres} m), and it has no side: add one first."),
        "add": _("Add"),
        "and_more": _("and {count} more"),
        "placed": _("{count} doors moved to the street side."),
        "numbered": _("{count} doors numbered."),
        "retired": _("Retired in the draft."),
        "lon": _("Longitude"),
        "lat": _("Latitude"),
        "points": _("{count} corners"),
        "unnamed": _("without a name"),
    }  # fmt: skip
