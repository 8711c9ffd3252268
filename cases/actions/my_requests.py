"""A code by which somebody shows that an address or a number is theirs, to see their own requests."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from cases.models import Reporter, SignInCode
from cases.queries.person import e164_of, index_of
from cases.rules.draft import looks_like_email
from core.api.problems import InvalidInput
from notifications.actions.outbox import can_send, put_all
from notifications.actions.sms import reaches
from notifications.models import Message

MINUTES = 10
TRIES = 5
_CODES = 3  # for one address within the minutes
_CODES_A_DAY = 10  # somebody who types another's number shall not wake them all day


@transaction.atomic
def send_code(address: str, *, now: datetime) -> str:
    """The blind index of an e-mail address or a telephone number; a code goes there if somebody
    reported with it. The answer, and what is stored, are the same when nobody did.

    Raises InvalidInput for what is no address, and where nothing can be sent that way.
    """
    address = address.strip()
    email = looks_like_email(address) and len(address) <= 254
    value = address.lower() if email else e164_of(address)
    if not value:
        raise InvalidInput({"address": [_("This is no e-mail address and no telephone number.")]})
    transport = Message.Transport.EMAIL if email else Message.Transport.SMS
    if not can_send(transport):
        words = (
            _("No mail server is configured here yet: please call us.") if email
            else _("No SMS gateway is configured here yet: please write your e-mail address.")
        )  # fmt: skip
        raise InvalidInput({"address": [words]})
    if not email and not reaches(value):
        words = _(
            "No SMS can go to this number: please write a mobile number or an e-mail address."
        )
        raise InvalidInput({"address": [words]})
    index = index_of(value)
    SignInCode.objects.filter(made_at__lt=now - timedelta(days=1)).delete()
    asked = SignInCode.objects.filter(index=index)
    recent = asked.filter(made_at__gt=now - timedelta(minutes=MINUTES))
    if recent.count() >= _CODES or asked.count() >= _CODES_A_DAY:
        return index  # said to nobody: it would tell that somebody else asks
    code = f"{secrets.randbelow(10**6):06d}"
    row = SignInCode.objects.create(index=index, digest=_digest(index, code), made_at=now)
    known = Reporter.objects.filter(**{"email_index" if email else "phone_index": index})
    reporter = known.order_by("-pk").first()
    if reporter is not None:
        with translation.override(reporter.language):
            message = Message(
                key=f"code:{row.pk}",
                transport=transport,
                recipient=value,
                subject=_("Your code"),
                body=_("%(code)s is your code. It holds for %(minutes)s minutes.")
                % {"code": code, "minutes": MINUTES},
                until=now + timedelta(minutes=MINUTES),
            )
        put_all([message])
    return index


def check_code(index: str, code: str, *, now: datetime) -> bool:
    """Whether this is the last code of the index, used for the first time, in time, within five tries.
    Each question counts as a try."""
    since = now - timedelta(minutes=MINUTES)
    with transaction.atomic():
        rows = SignInCode.objects.select_for_update().filter(index=index, made_at__gt=since)
        row = rows.order_by("-pk").first()
        if row is None or row.used_at is not None or row.tries >= TRIES:
            return False
        right = hmac.compare_digest(row.digest, _digest(index, "".join(code.split())))
        row.tries = F("tries") + 1
        row.used_at = now if right else None
        row.save(update_fields=["tries", "used_at"])
        return right


def write_in(index: str, language: str) -> None:
    """From now on whoever has this address or number is written to in this language. That it is theirs
    they have shown. Raises InvalidInput for a language in which nothing is written."""
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput({"language": [_("Messages are not written in this language.")]})
    Reporter.objects.filter(reachable_by(index)).update(language=language)


def reachable_by(index: str) -> Q:
    return Q(email_index=index) | Q(phone_index=index)


def _digest(index: str, code: str) -> str:
    """Keyed: six digits would be found from a plain hash at once."""
    key = f"{settings.DATA_KEY}:code".encode()
    return hmac.new(key, f"{index}:{code}".encode(errors="replace"), hashlib.sha256).hexdigest()
