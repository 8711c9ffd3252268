"""SMS through an SMSC by SMPP 3.4: one connection for a run, opened by its first message."""

import contextlib
import re
import select
import socket
import ssl
import struct
import time
from typing import Any

from smpplib import consts, exceptions, smpp
from smpplib.client import Client

from notifications.conf import CONF
from notifications.rules.sending import Account, Unsent, unsure
from notifications.rules.sms_text import parts_of

# Whatever says that the connection, or what comes over it, is of no use.
_BROKEN = (
    OSError, ValueError, LookupError, TypeError, struct.error,
    exceptions.ConnectionError, exceptions.PDUError, exceptions.UnknownCommandError,
)  # fmt: skip
_LATER = frozenset(
    [consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL, consts.SMPP_ESME_RSYSERR,
     consts.SMPP_ESME_RX_T_APPN, consts.SMPP_ESME_RINVBNDSTS]
)  # fmt: skip
_OF_ACCOUNT = frozenset(
    [consts.SMPP_ESME_RINVPASWD, consts.SMPP_ESME_RINVSYSID, consts.SMPP_ESME_RINVSRCADR,
     consts.SMPP_ESME_RINVSRCTON, consts.SMPP_ESME_RINVSRCNPI]
)  # fmt: skip
_RECEIPT = 0x04  # of `esm_class`
_STATES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}


class Session:
    """`receipts`: what the SMSC told meanwhile of earlier messages, as (its id, state)."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._link: _Link | None = None
        self.receipts: list[tuple[str, str]] = []

    def send(self, number: str, text: str, reference: int) -> str:
        """The SMSC's id of the last part: its receipt is asked for, as the telephone has the whole with
        it. Raises Unsent. Parts that were taken before one that must wait are sent once more with it."""
        coding, parts = parts_of(text, reference)
        if len(parts) > CONF.sms_parts:
            raise Unsent(f"too long: {len(parts)} parts", final=True)
        link = self._bound()
        handle = ""
        for n, octets in enumerate(parts, 1):
            try:
                self._take_pending(link)
                sent = link.send_message(
                    **_source(self._account.sender),
                    dest_addr_ton=consts.SMPP_TON_INTL, dest_addr_npi=consts.SMPP_NPI_ISDN,
                    destination_addr=number.lstrip("+"), short_message=octets, data_coding=coding,
                    esm_class=consts.SMPP_GSMFEAT_UDHI if len(parts) > 1 else 0,
                    registered_delivery=int(n == len(parts)),
                )  # fmt: skip
            except _BROKEN as error:  # what did not leave as a whole was not taken
                raise _away(error) from error
            try:
                answer = self._answer_to(link, sent.sequence)
            except Exception as error:  # whatever came, the text is out
                raise unsure(f"SMPP, {type(error).__name__}") from error
            if answer.is_error():
                raise _refused(answer.status)
            handle = (answer.message_id or b"").decode("ascii", "replace")
        return handle

    def close(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            with contextlib.suppress(*_BROKEN):
                link.unbind()
            link.disconnect()

    def _bound(self) -> "_Link":
        if self._link is None:
            of = self._account
            link = _Link(of)
            try:
                link.connect()
                link.bind_transceiver(system_id=of.user, password=of.password)
            except _BROKEN as error:
                link.disconnect()
                if isinstance(error, exceptions.PDUError) and len(error.args) > 1:  # an answer
                    raise _refused(error.args[1], binding=True) from error
                raise _away(error) from error
            self._link = link
        return self._link

    def _take_pending(self, link: "_Link") -> None:
        """What came since the last answer: an SMSC that says goodbye is not sent another message."""
        while select.select([link.socket], [], [], 0)[0]:
            self._take(link, link.read_pdu())

    def _answer_to(self, link: "_Link", sequence: int) -> Any:
        until = time.monotonic() + CONF.sms_seconds
        while time.monotonic() < until:
            pdu = link.read_pdu()
            if pdu.sequence == sequence and pdu.command in ("submit_sm_resp", "generic_nack"):
                return pdu
            self._take(link, pdu)
        raise TimeoutError

    def _take(self, link: "_Link", pdu: Any) -> None:
        """What the SMSC says by itself. Messages of people to us are answered and not kept."""
        if pdu.command == "unbind":
            link.answer("unbind_resp", pdu)
            raise exceptions.ConnectionError("unbind")
        if pdu.command == "enquire_link":
            link.answer("enquire_link_resp", pdu)
        if pdu.command == "deliver_sm":
            if pdu.esm_class & _RECEIPT:
                self.receipts.append(_receipt(pdu))
            link.answer("deliver_sm_resp", pdu)


class _Link(Client):
    """The library's client knows IPv4 alone, and no names in TLS."""

    def __init__(self, account: Account) -> None:
        super().__init__(
            account.host, account.port or (3550 if account.tls else 2775),
            timeout=CONF.sms_seconds, logger_name="smpplib.client", allow_unknown_opt_params=True,
            ssl_context=ssl.create_default_context() if account.tls else None,
        )  # fmt: skip

    @property
    def socket(self) -> socket.socket:
        return self._socket

    def connect(self) -> None:
        raw = socket.create_connection((self.host, self.port), self.timeout)
        secure = self._ssl_context
        self._socket = secure.wrap_socket(raw, server_hostname=self.host) if secure else raw
        self.state = consts.SMPP_CLIENT_STATE_OPEN

    def answer(self, command: str, to: Any) -> None:
        pdu = smpp.make_pdu(command, client=self)
        pdu.sequence = to.sequence
        self.send_pdu(pdu)


def _source(sender: str) -> dict[str, Any]:
    """A name, or a number as it is."""
    if sender.lstrip("+").isdigit():
        kind = consts.SMPP_TON_INTL if sender.startswith("+") else consts.SMPP_TON_UNK
        plan = consts.SMPP_NPI_ISDN
    else:
        kind, plan = consts.SMPP_TON_ALNUM, consts.SMPP_NPI_UNK
    return {
        "source_addr": sender.lstrip("+"), "source_addr_ton": kind, "source_addr_npi": plan,
    }  # fmt: skip


def _refused(status: int, *, binding: bool = False) -> Unsent:
    """Settings can be mended, and what refuses a connection may pass: the message waits for either."""
    words = f"SMPP 0x{status:02x}: {consts.DESCRIPTIONS.get(status, 'unknown')}"
    later = binding or status in _LATER | _OF_ACCOUNT
    return Unsent(words, final=not later, alone=not later)


def _away(error: Exception) -> Unsent:
    return Unsent(f"SMPP: no connection ({type(error).__name__})", final=False, alone=False)


def _receipt(pdu: Any) -> tuple[str, str]:
    """By the optional fields, or by the usual text `id:… stat:…`."""
    text = (pdu.short_message or b"").decode("ascii", "replace")
    named = (pdu.receipted_message_id or b"").decode("ascii", "replace")
    handle = named or "".join(re.findall(r"\bid:(\S+)", text)[:1])
    state = "".join(re.findall(r"\bstat:(\w+)", text)[:1]) or _STATES.get(pdu.message_state, "")
    return handle, state
