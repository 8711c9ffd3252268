"""What states, steps and deeds of the exchange are called."""

from django.utils.translation import gettext as _


def transfer_state_names() -> dict[str, str]:
    return {
        "WAITING": _("Waiting to be sent"),
        "SENDING": _("Being sent"),
        "UNSURE": _("Unsure: may be there or not"),
        "SENT": _("Taken, without a number so far"),
        "FOLLOWING": _("There, followed"),
        "STUCK": _("Stuck"),
        "DONE": _("Finished"),
    }


def transfer_state_name(state: str) -> str:
    return transfer_state_names().get(state, state)


def step_name(what: str) -> str:
    return {
        "SEND": _("Send"),
        "ASK": _("Ask whether it is there"),
        "TOKEN": _("Ask for its number"),
        "FOLLOW": _("Ask what became of it"),
        "TELL": _("Tell and ask"),
        "PERSON": _("By a person"),
    }.get(what, what)


def transfer_sort_names() -> dict[str, str]:
    return {
        "new": _("Changed last"),
        "old": _("Changed first"),
        "number": _("Number"),
        "partner": _("Exchange partner"),
        "attempts": _("Most failures"),
        "next": _("Next try first"),
    }


def remote_status_name(status: str) -> str:
    return {"open": _("open"), "closed": _("closed"), "": "–"}.get(status, status)


def finds_names() -> dict[str, str]:
    return {
        "ACCOUNT": _("It can be asked for our mark (account_id)"),
        "DESCRIPTION": _("Its list shows descriptions: our mark is written into them"),
        "NOTHING": _("Not at all: a person decides when an answer was lost"),
    }
