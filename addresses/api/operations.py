"""`/api/v1/register/drafts/…/operations/…`: several changes of a draft by one word."""

import uuid
from dataclasses import asdict
from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from addresses.actions import placing, replacing
from addresses.actions.numbering import Given, Plan, preview, renumber
from addresses.actions.streets import draw_street
from addresses.api.change_sets import draft_of, read, seen_draft
from addresses.api.refusals import EditingView
from addresses.queries import drafts
from addresses.queries.data_model import entities
from addresses.queries.rights import rights_of

_SHAPED = [kind.name for kind in entities() if kind.geometry]


class Split(serializers.Serializer[Any]):
    entity = serializers.ChoiceField(choices=replacing.SPLITTABLE)
    uid = serializers.UUIDField()
    line = serializers.DictField()
    parts = serializers.ListField(child=serializers.DictField(), default=list, max_length=50)
    seen = serializers.DictField(child=serializers.IntegerField(min_value=0), default=dict)


class Merge(serializers.Serializer[Any]):
    entity = serializers.ChoiceField(choices=replacing.SPLITTABLE)
    uids = serializers.ListField(child=serializers.UUIDField(), min_length=2, max_length=50)
    values = serializers.DictField(default=dict)
    seen = serializers.DictField(child=serializers.IntegerField(min_value=0), default=dict)


class Numbering(serializers.Serializer[Any]):
    street = serializers.UUIDField()
    left_first = serializers.IntegerField(default=1, min_value=0, max_value=30_000)
    right_first = serializers.IntegerField(default=2, min_value=0, max_value=30_000)
    step = serializers.IntegerField(default=2, min_value=1, max_value=100)
    spacing = serializers.FloatField(default=None, allow_null=True, min_value=0.5, max_value=10_000)
    keep = serializers.BooleanField(default=False)
    reverse = serializers.BooleanField(default=False)
    sides = serializers.MultipleChoiceField(choices=("L", "R"), default=("L", "R"))


class Reshape(serializers.Serializer[Any]):
    entity = serializers.ChoiceField(choices=_SHAPED)
    uid = serializers.UUIDField()
    geometry = serializers.DictField()
    base_version = serializers.IntegerField(allow_null=True, default=None, min_value=0)


class Snap(serializers.Serializer[Any]):
    entity = serializers.ChoiceField(choices=_SHAPED)
    uid = serializers.UUIDField()
    metres = serializers.FloatField(default=1.0, min_value=0.01, max_value=20)


class Building(serializers.Serializer[Any]):
    building = serializers.UUIDField()


class NewStreet(serializers.Serializer[Any]):
    values = serializers.DictField()


class Operation(EditingView):
    """`split`, `merge`, `number`, `reshape`, `snap`, `place-doors`, `draw-street`.
    Gives `done` and the draft."""

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, uid: uuid.UUID, operation: str) -> Response:
        draft, viewer = seen_draft(request, self.viewer, uid), self.viewer
        done: Any
        match operation:
            case "split":
                sent = read(Split(data=request.data))
                done = replacing.split(
                    draft, viewer=viewer, entity_name=sent["entity"], uid=str(sent["uid"]),
                    line=sent["line"], parts=sent["parts"], seen=sent["seen"],
                )  # fmt: skip
            case "merge":
                sent = read(Merge(data=request.data))
                done = replacing.merge(
                    draft, viewer=viewer, entity_name=sent["entity"],
                    uids=[str(u) for u in sent["uids"]], values=sent["values"], seen=sent["seen"],
                )  # fmt: skip
            case "number":
                street, plan = _plan(request)
                given = renumber(draft, viewer=viewer, street=street, plan=plan)
                done = [_given(g) for g in given]
            case "reshape":
                sent = read(Reshape(data=request.data))
                done = placing.reshape(
                    draft, viewer=viewer, entity_name=sent["entity"], uid=str(sent["uid"]),
                    geometry=sent["geometry"], base_version=sent["base_version"],
                )  # fmt: skip
            case "snap":
                sent = read(Snap(data=request.data))
                done = placing.snap(
                    draft, viewer=viewer, entity_name=sent["entity"], uid=str(sent["uid"]),
                    metres=sent["metres"],
                )  # fmt: skip
            case "place-doors":
                building = str(read(Building(data=request.data))["building"])
                done = asdict(placing.place_doors(draft, viewer=viewer, building=building))
            case "draw-street":
                sent = read(NewStreet(data=request.data))
                street, sides = draw_street(draft, viewer=viewer, values=sent["values"])
                done = {"street": street, "sides": sides}
            case _:
                raise Http404
        body = drafts.body(draft_of(viewer, uid), viewer)
        return Response({"done": done, "draft": body})


class NumberingPreview(EditingView):
    @extend_schema(request=Numbering, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """What numbering a street by this rule would give; nothing is written. `?draft=` looks
        through a draft."""
        if not rights_of(self.viewer).view:
            raise Http404
        street, plan = _plan(request)
        draft = asked_draft(request, self.viewer)
        found = preview(draft, street=street, plan=plan)
        return Response({"doors": [_given(given) for given in found]})


def asked_draft(request: Request, viewer: Any) -> Any:
    """The draft of `?draft=`, or None."""
    raw = request.query_params.get("draft", "")
    if not raw:
        return None
    try:
        return draft_of(viewer, uuid.UUID(raw))
    except ValueError:
        raise Http404 from None


def _plan(request: Request) -> tuple[str, Plan]:
    sent = read(Numbering(data=request.data))
    street = str(sent.pop("street"))
    return street, Plan(**sent | {"sides": tuple(sorted(sent["sides"]))})


def _given(given: Given) -> dict[str, Any]:
    body = asdict(given)
    old_number, old_suffix = body.pop("old")
    return body | {
        "old_number": old_number, "old_suffix": old_suffix, "changed": given.changed,
    }  # fmt: skip
