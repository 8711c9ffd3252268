"""`/api/v1/register/drafts/…`: the way of a draft, from its opening to its publication."""

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.viewer import Viewer
from addresses.actions import publication
from addresses.actions.checking import check_soon
from addresses.actions.describing import describe
from addresses.actions.drafting import NotAllowed, open_draft
from addresses.actions.evidence import attach, detach
from addresses.actions.proposing import TAKE_BACK, Descent, Proposal, propose_all
from addresses.api.refusals import EditingView
from addresses.models import Change, ChangeSet, Lineage
from addresses.queries import drafts
from addresses.queries.data_model import entities, entity
from addresses.queries.records import records
from addresses.queries.rights import rights_of
from core.api.parsers import BoundedJSONParser
from core.api.problems import InvalidInput

_OPERATIONS = (*Change.Operation.values, TAKE_BACK)
_KINDS = [kind.name for kind in entities(private=True)]
_CHANGES_MAX = 5_000


class Described(serializers.Serializer[Any]):
    """`kind` is EDIT, CORRECTION or BOUNDARIES; without a day it holds from its publication on."""

    title = serializers.CharField(max_length=200)
    reason = serializers.CharField(allow_blank=True, default="", max_length=4000)
    legal_basis = serializers.CharField(allow_blank=True, default="", max_length=200)
    kind = serializers.ChoiceField(choices=("EDIT", "CORRECTION", "BOUNDARIES"), default="EDIT")
    effective_from = serializers.DateField(
        allow_null=True, default=None, input_formats=["%Y-%m-%d"]
    )


class NewDraft(Described):
    source = serializers.CharField(
        allow_blank=True, default="", max_length=ChangeSet.SOURCE_MAX, help_text="From what."
    )
    evidence = serializers.FileField(
        allow_null=True, default=None, allow_empty_file=True, help_text="As a form only."
    )


class NewEvidence(serializers.Serializer[Any]):
    """PDF, JPEG, PNG or ZIP by its content, at most 20 MB."""

    evidence = serializers.FileField(allow_empty_file=True)


class OneChange(serializers.Serializer[Any]):
    entity = serializers.ChoiceField(choices=_KINDS)
    operation = serializers.ChoiceField(choices=_OPERATIONS)
    uid = serializers.UUIDField(allow_null=True, default=None)
    base_version = serializers.IntegerField(allow_null=True, default=None, min_value=0)
    values = serializers.DictField(default=dict)
    note = serializers.CharField(allow_blank=True, default="", max_length=300)


class OneDescent(serializers.Serializer[Any]):
    entity = serializers.ChoiceField(choices=_KINDS)
    relation = serializers.ChoiceField(choices=("SPLIT", "MERGED", "REPLACED", "DUPLICATE_OF"))
    old = serializers.UUIDField()
    new = serializers.UUIDField()


class Changes(serializers.Serializer[Any]):
    """All of them are made, or none."""

    changes = OneChange(many=True, default=list, max_length=_CHANGES_MAX)
    lineage = OneDescent(many=True, default=list, max_length=_CHANGES_MAX)


class Reason(serializers.Serializer[Any]):
    reason = serializers.CharField(allow_blank=True, default="", max_length=4000)


class Rejection(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=4000)


class TakenBack(Reason):
    correct_past = serializers.BooleanField(
        default=False, help_text="It was wrong from the beginning: correct the past too."
    )


def draft_of(viewer: Viewer, uid: uuid.UUID) -> ChangeSet:
    """A change set that this person may read; for all others it does not exist."""
    found = drafts.visible(viewer).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def seen_draft(request: Request, viewer: Viewer, uid: uuid.UUID) -> ChangeSet:
    """The same, with the version of which the caller says by `If-Match` to have seen it."""
    found = draft_of(viewer, uid)
    said = request.headers.get("If-Match", "").strip()
    if said == "*":
        found.seen = found.version
    elif said:
        digits = said.strip('"')
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
            raise InvalidInput(
                {"If-Match": [_("The version of the draft as a number, such as 7.")]}
            )
        found.seen = int(digits)
    return found


def answered(draft: ChangeSet, viewer: Viewer, *, status: int = 200) -> Response:
    """The draft as it is now, with its version as the entity tag."""
    return Response(
        drafts.body(draft, viewer), status=status, headers={"ETag": f'"{draft.version}"'}
    )


def read(serializer: serializers.Serializer[Any]) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


class DraftList(EditingView):
    parser_classes = (MultiPartParser, BoundedJSONParser)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Drafts that are not finished, with what the caller may do with each."""
        if not rights_of(self.viewer).view:
            raise NotAllowed
        return Response({"drafts": drafts.open_drafts(self.viewer)})

    @extend_schema(request=NewDraft, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Opens an empty draft of the caller; with evidence if the form brings a file."""
        if not rights_of(self.viewer).edit:
            raise NotAllowed
        sent = read(NewDraft(data=request.data))
        day: date | None = sent["effective_from"]
        if day is not None and day.year < 1900:
            raise InvalidInput({"effective_from": [_("A day as YYYY-MM-DD.")]})
        file = sent.pop("evidence")
        with transaction.atomic():
            draft = open_draft(viewer=self.viewer, now=timezone.now(), **sent)
            if file is not None:
                draft = attach(draft, viewer=self.viewer, file=file)
        return answered(draft, self.viewer, status=201)


class DraftItem(EditingView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """A draft with its changes, its lineage, and the report of its last check."""
        return answered(draft_of(self.viewer, uid), self.viewer)

    @extend_schema(request=Described, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, uid: uuid.UUID) -> Response:
        """Changes what the draft says of itself, until it is reviewed; gives the draft as it is then.
        Another kind or another day undoes the check. `If-Match` says which version was seen."""
        draft = seen_draft(request, self.viewer, uid)
        said = read(Described(data=request.data, partial=True))
        describe(draft, viewer=self.viewer, said=said)
        return answered(draft_of(self.viewer, uid), self.viewer)


class DraftEvidence(EditingView):
    """Until the draft is reviewed. Its page serves the file as a download: see `evidence.url`."""

    parser_classes = (MultiPartParser,)

    @extend_schema(request={"multipart/form-data": NewEvidence}, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, uid: uuid.UUID) -> Response:
        """Keeps a file as the evidence of the draft, instead of the one before."""
        file = read(NewEvidence(data=request.data))["evidence"]
        attach(seen_draft(request, self.viewer, uid), viewer=self.viewer, file=file)
        return answered(draft_of(self.viewer, uid), self.viewer)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def delete(self, request: Request, uid: uuid.UUID) -> Response:
        """Takes the evidence away."""
        detach(seen_draft(request, self.viewer, uid), viewer=self.viewer)
        return answered(draft_of(self.viewer, uid), self.viewer)


class DraftChanges(EditingView):
    @extend_schema(request=Changes, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        """Adds, amends and takes back changes, all at once; gives the draft as it is then.

        `base_version` is the version that the editor saw: where the register has another one by
        now, the answer is 409 with the present records. `If-Match` says which version of the draft
        was seen (its `version` and entity tag): what another editor has written in it since, or at
        all where nothing is said, is not overwritten (409).
        """
        draft = seen_draft(request, self.viewer, uid)
        sent = read(Changes(data=request.data))
        propose_all(
            draft,
            viewer=self.viewer,
            proposals=[
                Proposal(
                    c["entity"], c["operation"], str(c["uid"] or ""), c["values"],
                    c["base_version"], c["note"],
                )
                for c in sent["changes"]
            ],
            lineage=[
                Descent(x["entity"], Lineage.Relation(x["relation"]), str(x["old"]), str(x["new"]))
                for x in sent["lineage"]
            ],
        )  # fmt: skip
        return answered(draft_of(self.viewer, uid), self.viewer)

    def stale(self, request: Request) -> dict[str, Any]:
        """The records of which the caller saw another version."""
        seen: dict[str, dict[str, int]] = {}
        for change in read(Changes(data=request.data))["changes"]:
            if change["base_version"] is not None and change["uid"] is not None:
                seen.setdefault(change["entity"], {})[str(change["uid"])] = change["base_version"]
        present = [
            {"entity": name} | body
            for name, versions in seen.items()
            for uid, body in records(entity(name), versions).items()
            if body["version"] != versions[uid]
        ]
        return {"present": present}


class DraftChange(EditingView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def delete(self, request: Request, uid: uuid.UUID, entity: str, record: uuid.UUID) -> Response:
        """Takes one change back; gives the draft as it is then."""
        draft = seen_draft(request, self.viewer, uid)
        propose_all(draft, viewer=self.viewer, proposals=[Proposal(entity, TAKE_BACK, str(record))])
        return answered(draft_of(self.viewer, uid), self.viewer)


class DraftMove(EditingView):
    """`check`, `review`, `publish`, `reject`: gives the draft as it is then. 202 and `checking`
    say that a worker checks it, for it is large: ask for the draft again."""

    @extend_schema(request=Reason, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, uid: uuid.UUID, move: str) -> Response:
        draft, viewer, now = seen_draft(request, self.viewer, uid), self.viewer, timezone.now()
        match move:
            case "check":
                if check_soon(draft, viewer=viewer, now=now) is None:
                    answer = answered(draft_of(viewer, uid), viewer, status=202)
                    answer["Retry-After"] = "5"
                    return answer
            case "review":
                publication.review(draft, viewer=viewer, now=now)
            case "publish":
                publication.publish_draft(draft, viewer=viewer, now=now)
            case "reject":
                reason = read(Rejection(data=request.data))["reason"]
                publication.reject(draft, viewer=viewer, reason=reason, now=now)
            case _:
                raise Http404
        return answered(draft_of(viewer, uid), viewer)


class RollBack(EditingView):
    @extend_schema(request=TakenBack, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        """A new draft that takes this published set back."""
        published = draft_of(self.viewer, uid)
        sent = read(TakenBack(data=request.data))
        draft = publication.roll_back(published, viewer=self.viewer, now=timezone.now(), **sent)
        return answered(draft, self.viewer, status=201)
