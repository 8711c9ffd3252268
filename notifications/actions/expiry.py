"""Tells whoever looks after a client that a key of it expires: thirty, seven and one day before."""

from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.conf import CONF
from accounts.models import ClientKey
from accounts.queries.clients import living_keys
from notifications.actions.outbox import put_all
from notifications.models import Message


def tell_of_expiry(*, now: datetime) -> int:
    """Puts a mail for each key that has come so near its end; how many keys. A second run on the same
    day writes nothing more: the outbox knows key and notice."""
    soon = now + timedelta(days=max(CONF.notice_days))
    keys = living_keys(now).filter(expires_at__lte=soon).select_related("client__organisation")
    with translation.override(settings.LANGUAGE_CODE):
        mails = [_mail(key, now) for key in keys]
    put_all(mails)
    return len(mails)


def _mail(key: ClientKey, now: datetime) -> Message:
    left = ceil((key.expires_at - now) / timedelta(days=1))
    notice = min(days for days in CONF.notice_days if days >= left)
    said = {
        "client": key.client.name,
        "organisation": key.client.organisation.name,
        "key": f"vip_…{key.last_four}",
        "until": date_format(timezone.localtime(key.expires_at), "SHORT_DATETIME_FORMAT"),
        "url": f"{settings.VIP_URL}/console/clients/{key.client.uid}/",
    }
    return Message(
        key=f"clientkey:{key.pk}:{notice}",
        transport=Message.Transport.EMAIL,
        recipient=key.client.contact,
        subject=_("A key of %(client)s expires on %(until)s") % said,
        body=_(
            "The key %(key)s of the program %(client)s (%(organisation)s) expires on %(until)s.\n"
            "Rotate it before, so that the program goes on working: %(url)s"
        )
        % said,
    )
