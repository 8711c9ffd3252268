"""SMS through the gateway that `SMS_URL` names, under the sender `SMS_SENDER`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings

from notifications.actions.netgsm import Netgsm
from notifications.actions.smpp import Session
from notifications.rules.sending import Account, NotConfigured, Unsent
from notifications.rules.sms_text import mobile_region

_WAYS: dict[str, type[Session | Netgsm]] = {"smpp": Session, "smpps": Session, "netgsm": Netgsm}


class Gateway(Protocol):
    @property
    def receipts(self) -> list[tuple[str, str]]:
        """What was told of earlier messages, as (the gateway's id, state)."""

    def send(self, number: str, text: str, reference: int) -> str:
        """The gateway's own id of the message. Raises Unsent."""


def trouble() -> str:
    """Why no SMS can leave; empty where they can."""
    try:
        _account()
    except NotConfigured as error:
        return str(error)
    return ""


def reaches(number: str) -> bool:
    """Whether an SMS is sent to this number in E.164: a mobile one of a country that is served. Others
    could have us pay for numbers abroad, by writing them into a form."""
    return mobile_region(number) in settings.SMS_REGIONS


def name() -> str:
    """The gateway for whoever looks after it, without its password. Raises NotConfigured."""
    account, scheme = _account()
    return f"{scheme} {account.host}".strip() + f", {account.sender}"


@contextmanager
def gateway() -> Iterator[Gateway]:
    """For one run; without a gateway one that says so for each message."""
    way = _Checked()
    try:
        yield way
    finally:
        way.close()


class _Checked:
    """Numbers that get no SMS never reach the gateway."""

    def __init__(self) -> None:
        self._way: Session | Netgsm | None = None

    @property
    def receipts(self) -> list[tuple[str, str]]:
        return self._way.receipts if self._way else []

    def send(self, number: str, text: str, reference: int) -> str:
        account, scheme = _account()
        if not reaches(number):
            raise Unsent("No mobile number of a country in SMS_REGIONS.", final=True)
        way = self._way = self._way or _WAYS[scheme](account)
        handle = way.send(number, text, reference)
        # It is somebody else's word: what cannot be stored must not undo that the text was sent.
        return "".join(sign for sign in handle if sign.isprintable())[:65]

    def close(self) -> None:
        if self._way:
            self._way.close()


def _account() -> tuple[Account, str]:
    if not settings.SMS_URL:
        raise NotConfigured("No SMS gateway is configured (SMS_URL).")
    try:
        parts = urlsplit(settings.SMS_URL)
        port = parts.port
    except ValueError:
        raise NotConfigured("SMS_URL is no address.") from None
    smpp = parts.scheme in ("smpp", "smpps")
    account = Account(
        host=parts.hostname or "", port=port, tls=parts.scheme == "smpps",
        user=unquote(parts.username or ""), password=unquote(parts.password or ""),
        sender=settings.SMS_SENDER,
    )  # fmt: skip
    wrong = {
        "SMS_URL begins with smpp:, smpps: or netgsm:.": parts.scheme not in _WAYS,
        "SMS_URL names no user, or no password.": not (account.user and account.password),
        "SMS_URL names no host.": smpp and not account.host,
        # The protocol has no room for more, and the library would cut it off.
        "SMPP has room for a user of 15 signs and a password of 8, in ASCII.": smpp
        and not (_fits(account.user, 15) and _fits(account.password, 8)),
        "SMS_SENDER is a name of up to 11 signs in ASCII, or a number of up to 15 digits.": not _fits(
            account.sender, 15 if account.sender.lstrip("+").isdigit() else 11
        ),
    }
    for reason, holds in wrong.items():
        if holds:
            raise NotConfigured(reason)
    return account, parts.scheme


def _fits(text: str, most: int) -> bool:
    return 0 < len(text.lstrip("+")) <= most and text.isascii() and text.isprintable()
