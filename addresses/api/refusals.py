"""One table from what this room's actions raise to problem details."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from addresses.actions.change_requests import KeyReused
from addresses.actions.drafting import NoSuchRecord, NotAllowed, NotNow, Stale
from addresses.actions.publication import OwnChange, RolledBackAlready
from addresses.drafts.apply import NotApplicable
from addresses.queries.record_values import InvalidValues
from core.api.parsers import BoundedJSONParser
from core.api.problems import problem
from core.rules.database import in_each_others_way


class EditingView(APIView):
    """For signed-in staff, by session; what they may do is asked where it is done."""

    parser_classes = (BoundedJSONParser,)

    @property
    def viewer(self) -> Viewer:
        return viewer_of(self.request.user)

    def stale(self, request: Request) -> dict[str, Any]:
        """What the caller should look at after a conflict."""
        return {}

    def handle_exception(self, exc: Exception) -> Response:
        answer = self._refusal(exc)
        if answer is None:
            return super().handle_exception(exc)
        return self.finalize_response(self.request, answer)

    def _refusal(self, exc: Exception) -> Response | None:
        if in_each_others_way(exc):
            words = _("Somebody else works on the same records at this moment: try again.")
            answer = problem(409, detail=words)
            answer["Retry-After"] = "1"
            return answer
        match exc:
            case InvalidValues():
                words = _("Some fields cannot be accepted.")
                return problem(400, detail=words, errors=exc.errors)
            case OwnChange():
                return problem(403, detail=_("Somebody else has to review and publish this."))
            case NotAllowed():
                return problem(403, detail=_("You may not do this, or not here."))
            case NoSuchRecord():
                return problem(404, detail=_("There is no such record."))
            case Stale():
                words = _("Somebody else has changed it meanwhile. Look at it again.")
                return problem(409, detail=words, **self.stale(self.request))
            case RolledBackAlready():
                return problem(409, detail=_("A roll-back of this change set exists already."))
            case NotNow():
                return problem(409, detail=_("In its present state this cannot be done."))
            case KeyReused():
                return problem(409, detail=_("This key was used before for something else."))
            case NotApplicable():
                words = _("It does not fit the register as it is now.")
                return problem(409, detail=words, problems=[p.as_json() for p in exc.problems])
        return None
