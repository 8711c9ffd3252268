"""Who asks: the one place where keys of Open311 are read. They come in the query, the body or a header."""

from dataclasses import dataclass

from django.http import HttpRequest

from accounts.api.admission import NotAdmitted, admit
from accounts.rules.clients import CASES_EXCHANGE
from accounts.rules.roles import Permission
from cases.api.open311.faults import Fault


@dataclass(frozen=True)
class Caller:
    """`name` is the same for every request with keys of the same holder; empty: nobody. `body`: it is
    the system of another body, not a person's."""

    name: str = ""
    body: bool = False


NOBODY = Caller()


def caller_of(request: HttpRequest, *, needed: bool) -> Caller:
    """The holder of the key: a program with the scope `cases:exchange`, or a person who may open cases.

    A session counts for nothing here: what a browser sends by itself must open nothing. A wrong key is
    refused also where none is needed: whoever sends one would take the public answer for the whole
    one. Raises Fault.
    """
    try:
        admission = admit(request, parameter="api_key")
    except NotAdmitted as refused:
        status = 403 if refused.status == 401 else refused.status
        raise Fault(status, refused.detail, headers=refused.headers) from None
    if getattr(request, "known", None) is None:
        if needed:
            raise Fault(403)
        return NOBODY
    if admission.client is not None:
        if not admission.may(CASES_EXCHANGE):
            raise Fault(403)
        if not needed and admission.client.hides_any("cases"):
            return NOBODY  # reading: this format leaves no field out
        return Caller(f"client:{admission.client.uid}", body=True)
    if not admission.viewer.may(Permission.OPEN_CASE):
        raise Fault(403)
    return Caller(f"user:{admission.user.pk}")
