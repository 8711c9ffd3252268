"""What is wrong, as Open311 says it: a code and words, one or several."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from core.api.problems import InvalidInput

#: Fields of a draft → parameters of Open311.
_NAMES = {
    "lon": "long",
    "place_text": "address_string",
    "address": "address_id",
    "photo": "media",
    "request_type": "service_code",
    "external_id": "Idempotency-Key",
}


class Fault(Exception):
    """`told` are words for people; each names the parameter that it is about."""

    def __init__(self, status: int, *told: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.told = status, told or (default_words(status),)
        self.headers = dict(headers or {})


def default_words(status: int) -> str:
    return {
        400: _("This request cannot be read."),
        403: _("A valid api_key with the right to exchange requests is needed."),
        404: _("There is nothing at this address."),
        405: _("This address does not know that method."),
        413: _("That is too large."),
        429: _("Too many requests: wait a while."),
    }.get(
        status,
        _("Something failed here. Send the same again later, with the same Idempotency-Key."),
    )


def fault_of(error: InvalidInput) -> Fault:
    """Every reason with the parameter of Open311 that it is about."""
    told = []
    for field, reasons in error.errors.items():
        told += [f"{_name(field)}: {reason}" if field else reason for reason in reasons]
    return Fault(400, *told)


def _name(field: str) -> str:
    question = field.removeprefix("answers.")
    return f"attribute[{question}]" if question != field else _NAMES.get(field, field)


def unknown(words: str, **values: str) -> Fault:
    return Fault(404, words % _short(values))


def bad(words: str, **values: str) -> Fault:
    return Fault(400, words % _short(values))


def _short(values: Mapping[str, str]) -> dict[str, str]:
    return {k: v[:80] for k, v in values.items()}
