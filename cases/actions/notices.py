"""Tells reporters what became of their case, through the outbox."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Case
from cases.rules.draft import Contact
from notifications.actions.outbox import put
from notifications.models import Message


def tell_reporter(*, case: Case, contact: Contact, event: str) -> None:
    """One message per case and event, by e-mail if there is an address, otherwise by SMS."""
    if not contact.email and not contact.phone:
        return
    transport = Message.Transport.EMAIL if contact.email else Message.Transport.SMS
    link = settings.VIP_URL + reverse("tracking", args=[case.token])
    body = _(
        "Your request %(number)s has been received.\nFollow it with this link: %(link)s\n"
        "Anybody who has the link can see the request."
    ) % {"number": case.number, "link": link}
    put(
        key=f"case:{case.pk}:{event}",
        transport=transport,
        recipient=contact.email or contact.phone,
        subject=_("Your request %(number)s") % {"number": case.number},
        body=body,
    )
