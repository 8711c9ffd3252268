"""What kinds of planned works, their traffic and their states are called."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "WATER": _("Drinking water"),
    "SEWER": _("Sewer"),
    "STORMWATER": _("Stormwater"),
    "GAS": _("Natural gas"),
    "POWER": _("Electricity"),
    "TELECOM": _("Telecommunication"),
    "HEATING": _("Heating"),
    "SURFACING": _("New road surface"),
    "BUILDING": _("Building work"),
    "EVENT": _("Event on the street"),
    "OTHER": _("Other work"),
}
TRAFFICS = {
    "NONE": _("traffic goes on"),
    "NARROWED": _("the road is narrower"),
    "ONE_WAY": _("one direction only"),
    "CLOSED": _("the road is closed"),
}
STATES = {
    "DRAFT": _("Draft"),
    "SUBMITTED": _("Waits for the permit"),
    "PERMITTED": _("Permitted"),
    "UNDER_WAY": _("Under way"),
    "FINISHED": _("Finished"),
    "REFUSED": _("Refused"),
    "WITHDRAWN": _("Withdrawn"),
}
