"""SMS through Netgsm's REST interface, version 2. It has no means to recognise a message that comes twice."""

import json
from base64 import b64encode

import phonenumbers

from notifications.actions.calls import NotSent, call
from notifications.actions.webhooks import AddressRefused, NotDelivered
from notifications.conf import CONF
from notifications.rules.sending import Account, Unsent, unsure

_HOST = "api.netgsm.com.tr"
_TAKEN = frozenset(["00", "01", "02"])  # 01 and 02 find fault with dates that we do not send
# Whose fault it is: the message's, or the contract's (until somebody mends it) and the hour's.
_OF_MESSAGE = {"20": "the text is too long or not allowed", "70": "a field is wrong or missing"}
_NOT_NOW = {
    "30": "user name, password or the address of this server is not accepted",
    "40": "the sender name is not registered",
    "50": "no submission with consent control (İYS)",
    "51": "no brand for consent control (İYS)",
    "80": "too many at once",
    "85": "too many to one number",
}


class Netgsm:
    """`receipts` stay empty: what became of a message stands in Netgsm's own reports, under the job's id."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.receipts: list[tuple[str, str]] = []
        host = account.host or _HOST
        self._url = f"https://{host}:{account.port or 443}/sms/rest/v2/send"

    def send(self, number: str, text: str, reference: int) -> str:
        """The job's id. Raises Unsent."""
        of = self._account
        body = {
            "msgheader": of.sender,
            "encoding": "TR",
            "iysfilter": "0",  # what an authority tells is no advertisement
            "messages": [{"msg": text, "no": _as_dialled(number)}],
        }
        sign_in = b64encode(f"{of.user}:{of.password}".encode()).decode()
        headers = {"Content-Type": "application/json", "Authorization": f"Basic {sign_in}"}
        try:
            answer = call(
                url=self._url, method="POST", body=json.dumps(body).encode(), headers=headers,
                seconds=CONF.sms_seconds, most=20_000,
            )  # fmt: skip
        except (NotSent, AddressRefused) as error:
            raise Unsent(f"Netgsm: no connection ({error})", final=False, alone=False) from error
        except NotDelivered as error:
            raise unsure(f"Netgsm, {error}") from error
        return _read(answer.status, answer.body)

    def close(self) -> None:
        """Each message has a connection of its own."""


def _read(status: int, body: bytes) -> str:
    """The job's id. Refusals come with HTTP 406 and a code."""
    try:
        said = json.loads(body)
        code, job = str(said["code"]), str(said.get("jobid") or "")
    except (ValueError, TypeError, KeyError, AttributeError):
        code = job = ""
    if code in _TAKEN:
        return job
    if code in _OF_MESSAGE:
        raise Unsent(f"Netgsm {code}: {_OF_MESSAGE[code]}", final=True)
    if reason := _NOT_NOW.get(code):
        raise Unsent(f"Netgsm {code}: {reason}", final=False, alone=False)
    if 200 <= status < 300 and not code:
        raise unsure("Netgsm, an answer that cannot be read")
    known = code if code.isdigit() and len(code) < 6 else "without a code"
    raise Unsent(f"Netgsm: HTTP {status}, {known}", final=False, alone=False)


def _as_dialled(number: str) -> str:
    """Ten digits inside Turkey, elsewhere as one dials from there."""
    parsed = phonenumbers.parse(number)
    national = phonenumbers.national_significant_number(parsed)
    return national if parsed.country_code == 90 else f"00{parsed.country_code}{national}"
