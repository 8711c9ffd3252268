"""Checks a draft field by field and gives it back in one form."""

import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from cases.conf import CONF
from cases.rules.draft import Contact, Draft, looks_like_email
from core.api.problems import InvalidInput

KINDS = frozenset({"REQUEST", "COMPLAINT", "TIP", "SUGGESTION", "DEMAND"})
PHONE_REGION = "TR"
# The database cannot give back what lies before its calendar.
_OLDEST_YEAR = 1900
# Joiners are part of the writing of other languages and of pictograms.
_KEPT = "\n\t\u200c\u200d"


def tidy_note(text: str, field: str = "note", most: int = CONF.description_max) -> str:
    """What is said beside an act. Nothing of it is cut: raises InvalidInput where it is too long."""
    note = tidy(text)
    if too_long := _too_long(note, most):
        raise InvalidInput({field: [too_long]})
    return note


def _too_long(text: str, most: int = CONF.description_max) -> str:
    if len(text) <= most:
        return ""
    limit = {"n": len(text), "max": most}
    return _("The text has %(n)d characters; at most %(max)d are possible.") % limit


def check_draft(draft: Draft, *, now: datetime) -> Draft:
    """The draft with tidy text and an E.164 phone number. Raises InvalidInput with every fault."""
    errors: dict[str, list[str]] = {}

    def fault(field: str, text: str) -> None:
        errors.setdefault(field, []).append(text)

    description = tidy(draft.description)
    if not any(c.isalnum() for c in description):
        fault("description", _("Please write what it is about."))
    elif too_long := _too_long(description):
        fault("description", too_long)
    place_text = tidy(draft.place_text)
    if len(place_text) > 500:
        fault("place_text", _("The place has more than 500 characters."))
    if (draft.lon is None) != (draft.lat is None):
        fault("lat" if draft.lat is None else "lon", _("Longitude and latitude belong together."))
    elif draft.lon is not None and draft.lat is not None:
        # Written so that not-a-number fails too.
        if not -180 <= draft.lon <= 180:
            fault("lon", _("The longitude must lie between −180 and 180 degrees."))
        if not -90 <= draft.lat <= 90:
            fault("lat", _("The latitude must lie between −90 and 90 degrees."))
    if draft.kind and draft.kind not in KINDS:
        fault("kind", _("There is no such kind of request."))
    if not 1 <= len(draft.external_id) <= 120 or not draft.external_id.isprintable():
        fault("external_id", _("The key must have between 1 and 120 characters."))
    if draft.opened_at is not None:
        if draft.opened_at.tzinfo is None:
            fault("opened_at", _("The time needs a time zone."))
        elif draft.opened_at.year < _OLDEST_YEAR:
            fault("opened_at", _("This is not a time (write 2026-03-31 14:05)."))
        elif draft.opened_at > now + timedelta(minutes=5):
            fault("opened_at", _("The time lies in the future."))
    contact = _check_contact(draft.contact, fault)
    if errors:
        raise InvalidInput(errors)
    return replace(draft, description=description, place_text=place_text, contact=contact)


def check_contact(contact: Contact) -> Contact:
    """The contact in its one form, the telephone as E.164. Raises InvalidInput by field."""
    errors: dict[str, list[str]] = {}
    checked = _check_contact(contact, lambda field, text: errors.setdefault(field, []).append(text))
    if errors:
        raise InvalidInput(errors)
    return checked


def _check_contact(contact: Contact, fault: object) -> Contact:
    assert callable(fault)
    phone, email = contact.phone.strip(), contact.email.strip()
    if phone:
        try:
            parsed = phonenumbers.parse(phone, PHONE_REGION)
        except phonenumbers.NumberParseException:
            parsed = None
        if parsed is None or not phonenumbers.is_valid_number(parsed):
            fault("phone", _("This is not a telephone number that can be called."))
        else:
            phone = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if email and not (looks_like_email(email) and len(email) <= 254):
        fault("email", _("This is not an e-mail address."))
    if contact.language and contact.language not in dict(settings.LANGUAGES):
        fault("language", _("Messages are not written in this language."))
    return Contact(tidy(contact.full_name)[:120], phone, email, contact.language)


def tidy(text: str) -> str:
    """Composed letters, plain blanks, no control characters, no blanks at the ends.

    What somebody wrote is otherwise kept: mis-decoded letters are repaired in search keys only,
    because `ý` and `ð` are letters of other languages' names.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(" " if c.isspace() and c not in "\n\t" else c for c in text)
    return "".join(c for c in text if c.isprintable() or c in _KEPT).strip()
