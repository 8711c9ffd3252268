"""What states and moves are called on the screen."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from addresses.web import geocode_words
from cases.models import ContactLook
from cases.rules.likeness import Likeness
from cases.rules.state_words import state_name as state_name
from workflows.rules.transitions import MoveRefused


def move_names() -> dict[str, str]:
    return {
        "route": _("Route again"),
        "assign": _("Send to another department"),
        "refer": _("Refer to another body"),
        "accept": _("Accept"),
        "return": _("Return"),
        "ask": _("Ask the reporter"),
        "answer": _("Note the reporter's answer"),
        "start": _("Start work"),
        "plan": _("Plan"),
        "hand_out": _("Hand to an outside party"),
        "put_back": _("Put back among the accepted"),
        "resolve": _("Resolve"),
        "close": _("Close"),
        "cancel": _("Cancel the request"),
        "mark_duplicate": _("Mark as duplicate"),
        "separate": _("It is no duplicate"),
        "ask_to_reopen": _("Ask for reopening"),
        "reopen": _("Reopen"),
        "refuse_to_reopen": _("Refuse to reopen"),
    }


def event_name(kind: str) -> str:
    special = {
        "opened": _("Received"),
        "urgency_corrected": _("Urgency corrected"),
        "routed": _("Sent to the responsible department"),
        "no_rule_matched": _("No routing rule fits: a person must decide"),
        "address_found": _("Address found"),
        "place_corrected": _("Place corrected"),
        "retyped": _("Type changed"),
        "anonymised": _("Personal data removed"),
        "followed": _("Somebody has the same trouble"),
        "surveyed": _("The reporter said how it went"),
        "asked_again": _("The rules were asked again"),
        "no_such_address": _("No such address"),
        "escalated": _("Escalated: it takes long"),
        "clock_changed": _("Due anew by a changed policy"),
        "register_changed": _("The register was changed"),
        "assign": _("Sent to another department by hand"),
        "accept": _("Accepted by the department"),
        "return": _("Returned by the department"),
        "plan": _("Work was planned"),
        "start": _("Work has begun"),
        "hand_out": _("Handed out to an outside party"),
        "put_back": _("Put back among what is accepted"),
        "resolve": _("Resolved"),
        "close": _("Closed"),
        "lapse": _("Closed: nobody objected to the result"),
        "give_up": _("Closed: the question was not answered"),
        "ask": _("Question to the reporter"),
        "answer": _("Answer of the reporter"),
        "refer": _("Referred to another body"),
        "cancel": _("Cancelled"),
        "mark_duplicate": _("Marked as a duplicate"),
        "separate": _("Stands as a request of its own again"),
        "ask_to_reopen": _("Reopening was asked for"),
        "reopen": _("Reopened"),
        "refuse_to_reopen": _("Reopening was refused"),
        "looked_at": _("A person has looked"),
        "shared": _("Given to a crew"),
        "work_moved": _("Planned anew"),
        "work_done": _("The crew says that it is done: please look"),
        "work_not_done": _("The crew could not do it"),
        "external_link": _("Link for an outside party made"),
        "external_withdrawn": _("Link of an outside party withdrawn"),
        "external_answered": _("The outside party has answered: please look"),
        "external_opened": _("The outside party opened the link"),
        "gathered": _("Made a part of a request over several"),
        "media_named": _("An address of a picture came along"),
        "update_received": _("The system that sent it tells more"),
        "exchange_news": _("The partner that has it tells"),
        "exchange_given_up": _("It does not go to the partner by itself: please look"),
        "released": _("Stands for itself again"),
        "children_ended": _("All parts have ended: this request can be ended too"),
    }
    return special.get(kind) or move_names().get(kind, kind)


def refusal(refused: MoveRefused) -> str:
    """Why a move was not made, in words."""
    reasons = ", ".join(reason_names(refused.reasons))
    return _("Nothing was changed: %(reasons)s.") % {"reasons": reasons}


def reason_names(reasons: Iterable[str]) -> list[str]:
    words = {
        "wrong_state": _("it is not possible in the present state"),
        "not_permitted": _("your role does not allow it"),
        "missing_note": _("a note is needed"),
        "missing_result_code": _("a result must be chosen"),
        "unknown_move": _("there is no such step"),
        "no_rule_matched": _("No routing rule fits: a person must decide"),
        "missing_department": _("a department must be chosen"),
        "missing_original": _("the number of the original is needed"),
        "other_organisation": _("that department belongs to another body: refer it instead"),
        "same_organisation": _("that department belongs to the same body: send it there instead"),
        "children_open": _("parts of this request are still open"),
        "parent_ended": _("the request that it is a part of has ended: reopen that one"),
        "has_children": _("it has parts of its own"),
        "has_duplicates": _("others are duplicates of it"),
        "crew_at_work": _("a crew is at work on it"),
        "other_crew": _("that crew belongs to another department"),
        "other_person": _("that person does not work there"),
        "day_passed": _("that day has passed"),
        "day_far": _("that day is more than a year away"),
        "planned_already": _("it is planned already: move that"),
        "too_late": _("it was closed too long ago: please report it anew"),
        "changed_meanwhile": _("somebody else changed it meanwhile"),
        "unknown_choice": _("this choice is not known"),
        "nothing_to_look_at": _("nobody has to look at it"),
        "is_original": _("it is the original itself"),
    }
    return [words.get(r, r) for r in reasons]


def look_reason(look: ContactLook) -> str:
    """Why somebody looked at contact data: as they wrote it, or by its code."""
    return (
        _("The caller's telephone number") if look.code == ContactLook.Code.CALLER else look.reason
    )


def order_state_name(state: str) -> str:
    return {
        "PLANNED": _("Planned"),
        "UNDER_WAY": _("Under way"),
        "DONE": _("It is done"),
        "NOT_DONE": _("Could not be done"),
        "CANCELLED": _("Called off"),
    }[str(state)]


def transport_name(transport: str) -> str:
    return {"EMAIL": _("e-mail"), "SMS": _("SMS")}.get(transport, transport)


def message_state_name(state: str) -> str:
    return {
        "WAITING": _("waits"),
        "SENT": _("sent"),
        "FAILED": _("failed"),
        "NOT_CONFIGURED": _("kept: no connection is set up"),
    }[str(state)]


def moment_name(moment: str) -> str:
    """When a photo was taken."""
    return {
        "REPORTED": _("Photos of the reporter"),
        "BEFORE": _("Photos before the work"),
        "AFTER": _("Photos after the work"),
    }[str(moment)]


def likeness_words(likeness: Likeness) -> list[str]:
    """Why two cases may be the same, each with what it adds."""
    found = [_("%(n)d m apart") % {"n": round(likeness.metres)}]
    if likeness.same_type:
        found.append(_("the same type"))
    elif likeness.same_group:
        found.append(_("the same group"))
    if likeness.days == 0:
        found.append(_("on the same day"))
    else:
        days = ngettext("%(n)d day apart", "%(n)d days apart", likeness.days)
        found.append(days % {"n": likeness.days})
    if likeness.common:
        found.append(_("words of both: %(words)s") % {"words": ", ".join(likeness.common[:6])})
    shares = (likeness.place, likeness.type, likeness.time, likeness.words)
    sums = " + ".join(str(round(100 * share)) for share in shares)
    return [*found, f"{sums} = {round(100 * likeness.score)}"]


def tour_words(by: str, metres: float, minutes: float) -> str:
    """How long the way of a day is, and whether that is over the streets."""
    values = {"km": f"{metres / 1000:.1f}", "minutes": round(minutes)}
    if by == "network":
        return _("%(km)s km over the streets, about %(minutes)s minutes of driving") % values
    return _("%(km)s km as the crow flies, at least %(minutes)s minutes of driving") % values


_PRECISION_NAMES = {
    "UNIT": gettext_lazy("flat"),
    "DOOR": gettext_lazy("door"),
    "INTERPOLATED": gettext_lazy("between two doors"),
    "BUILDING": gettext_lazy("building"),
    "PARCEL": gettext_lazy("parcel"),
    "STREET": gettext_lazy("street"),
    "CROSSING": gettext_lazy("crossing"),
    "LANDMARK": gettext_lazy("landmark"),
    "NEIGHBOURHOOD": gettext_lazy("neighbourhood"),
    "DISTRICT": gettext_lazy("district"),
    "POINT": gettext_lazy("point on the map"),
    "NONE": gettext_lazy("unknown"),
}


def precision_name(precision: str) -> str:
    return str(_PRECISION_NAMES.get(precision, precision))


def warning_name(warning: str) -> str:
    if warning == "text_and_pin_differ":
        return _("The words and the pin name different places; the pin was taken.")
    return geocode_words.warning_name(warning)


def kind_name(kind: str) -> str:
    return {
        "REQUEST": _("Request"),
        "COMPLAINT": _("Complaint"),
        "TIP": _("Tip-off"),
        "SUGGESTION": _("Suggestion"),
        "DEMAND": _("Demand"),
    }.get(kind, kind)


def clock_name(clock: str) -> str:
    return {
        "NONE": _("none"),
        "PETITION_30_DAYS": _("petition, 30 days (law 3071)"),
        "INFORMATION_15_WORKING_DAYS": _("information, 15 working days (law 4982)"),
    }.get(clock, clock)


def urgency_name(level: str) -> str:
    return {
        "LOW": _("low urgency"),
        "NORMAL": _("normal urgency"),
        "HIGH": _("urgent"),
        "EMERGENCY": _("emergency"),
    }.get(level, level)


def urgency_source_name(source: str) -> str:
    return {
        "WORDS": _("by the words"),
        "TYPE": _("by the type"),
        "ANSWERS": _("by the answers"),
        "MODEL": _("by the trained model"),
        "PERSON": _("said by a person"),
    }.get(source, source)
