"""What roles, and the lines of their log, are called on the screen."""

from django.utils.translation import gettext as _

from accounts.models import MembershipEvent


def role_name(role: str) -> str:
    return {
        "AGENT": _("Call-centre agent"),
        "COORDINATOR": _("Coordinator"),
        "CREW": _("Crew member"),
        "GIS_VIEWER": _("GIS: sees the register"),
        "GIS_EDITOR": _("GIS: edits the register"),
        "GIS_REVIEWER": _("GIS: reviews changes"),
        "GIS_PUBLISHER": _("GIS: publishes changes"),
        "MANAGER": _("Manager"),
        "NEIGHBOURHOOD_HEAD": _("Head of a neighbourhood"),
        "ORGANISATION_ADMIN": _("Administrator of the organisation"),
        "WORKS_PLANNER": _("Plans works on streets"),
        "WORKS_OFFICE": _("Permits works on streets"),
        "DATA_PROTECTION": _("Data-protection officer"),
        "ADMINISTRATOR": _("System administrator"),
    }[role]


def event_words(event: MembershipEvent) -> str:
    """`Granted: Crew member`, with what was narrowed when that is all that changed."""
    kind = {
        "GRANTED": _("Granted"),
        "CHANGED": _("Changed"),
        "REVOKED": _("Revoked"),
    }[event.kind]
    role = (event.after or event.before).get("role", "")
    changed = ""
    if event.kind == MembershipEvent.Kind.CHANGED:
        names = sorted(k for k in event.after if event.after[k] != event.before.get(k))
        changed = f" ({', '.join(names)})"
    return f"{kind}: {role_name(role)}{changed}"
