"""`/api/v1/register/records/…`, `nearby`, `find`, `topology`: reading for whoever edits."""

import uuid
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from addresses.actions.drafting import NotAllowed
from addresses.api import asked
from addresses.api.change_sets import read
from addresses.api.geocode_asked import point
from addresses.api.operations import asked_draft
from addresses.api.refusals import EditingView
from addresses.conf import CONF
from addresses.queries import drafts, records, topology
from addresses.queries.data_model import Column, EntityType, entities, entity
from addresses.queries.drafted import Drafted
from addresses.queries.finding import find
from addresses.queries.labels import field_label, kind_label, value_label
from addresses.queries.naming import Names
from addresses.queries.related import related
from addresses.queries.rights import rights_of
from addresses.queries.surroundings import surroundings
from addresses.queries.titles import titles
from core.api.problems import InvalidInput

_SHAPED = [kind.name for kind in entities() if kind.geometry]
_DRAFT = OpenApiParameter("draft", str, description="The uid of a draft to look through.")


class ReadingView(EditingView):
    """For those who see the register."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not rights_of(self.viewer).view:
            raise NotAllowed


class OneRecord(ReadingView):
    @extend_schema(parameters=[_DRAFT], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """A record of whatever kind: as the draft means it, as the register has it, its versions,
        lineage, the titles of what it refers to, and the unfinished drafts that change it."""
        draft = asked_draft(request, self.viewer)
        kind = records.kind_of(uid, private=True) or _drafted_kind(draft, uid)
        if kind is None:
            raise Http404
        present = records.record(kind, uid)
        reader = Drafted(draft)
        drafted = reader.record(kind, str(uid))
        body = drafted or present or {}
        names = Names(draft, [(kind, body)])
        return Response(
            {
                "entity": kind.name,
                "uid": str(uid),
                "title": titles(kind, [str(uid)]).get(str(uid)) or names.label(kind, body),
                "present": present,
                "drafted": drafted,
                "form": _form(kind),
                "names": {
                    c.name: names.shown(body[c.name])
                    for c in kind.columns
                    if c.type == "reference" and body.get(c.name)
                },
                "related": related(reader, draft, kind, str(uid)),
                "versions": records.versions(kind, uid),
                "lineage": _lineage(kind, uid),
                "drafts": drafts.touching(uid),
            }
        )


class Forms(ReadingView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The fields of every kind of record, for forms."""
        return Response({kind.name: _form(kind) for kind in entities(private=True)})


class Nearby(ReadingView):
    @extend_schema(
        parameters=[
            _DRAFT,
            OpenApiParameter("bbox", str, required=True),
            OpenApiParameter("kinds", str, description="With commas."),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Records of some kinds in a small box as GeoJSON, as the draft means them. `truncated`
        names the kinds of which there are more than the limit."""
        box = asked.box(request)
        most = CONF.nearby_degrees
        if box is None or box[2] - box[0] > most or box[3] - box[1] > most:
            words = _("A box of at most %s degrees: come nearer.") % most
            raise InvalidInput({"bbox": [words]})
        drafted = Drafted(asked_draft(request, self.viewer))
        features, truncated = [], []
        for kind in asked.kinds(request, "kinds"):
            if not kind.geometry:
                continue
            found = drafted.near(kind, box, limit=CONF.nearby_max)
            if found.truncated:
                truncated.append(kind.name)
            for body in found.bodies:
                if body["geometry"] is not None:
                    features.append(_feature(kind, body, drafted))
        return Response(
            {"type": "FeatureCollection", "features": features, "truncated": truncated},
            content_type="application/geo+json",
        )


class Find(ReadingView):
    @extend_schema(parameters=[OpenApiParameter("q", str)], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Records by uid, any code or identifier, block/parcel, name, or the words of an address."""
        text = request.query_params.get("q", "").strip()
        if not text:
            raise InvalidInput({"q": [_("Write what is looked for.")]})
        hits = [h | {"kind": kind_label(h["entity"])} for h in find(text)]
        return Response({"query": text, "hits": hits})


class Surroundings(ReadingView):
    @extend_schema(
        parameters=[
            _DRAFT,
            OpenApiParameter("lon", float, required=True),
            OpenApiParameter("lat", float, required=True),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """What a new record at a point would belong to, and the number that fits there."""
        lon, lat = point(request.query_params)
        return Response(surroundings(asked_draft(request, self.viewer), lon, lat))


class Drawn(serializers.Serializer[Any]):
    entity = serializers.ChoiceField(choices=_SHAPED)
    uid = serializers.UUIDField(allow_null=True, default=None)
    geometry = serializers.DictField()
    values = serializers.DictField(default=dict)


class Topology(ReadingView):
    @extend_schema(request=Drawn, parameters=[_DRAFT], responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """What is wrong with a shape while it is drawn."""
        sent = read(Drawn(data=request.data))
        try:
            hints = topology.hints(
                asked_draft(request, self.viewer), kind=entity(sent["entity"]),
                uid=str(sent["uid"] or ""), geometry=sent["geometry"], values=_references(sent),
            )  # fmt: skip
        except ValueError:
            raise InvalidInput({"geometry": [_("GeoJSON is needed.")]}) from None
        return Response({"hints": hints})


def _references(sent: dict[str, Any]) -> dict[str, str]:
    """Only uids go on: everything else of the values plays no part."""
    found = {}
    for name, value in sent["values"].items():
        try:
            found[name] = str(uuid.UUID(str(value)))
        except ValueError:
            continue
    return found


def _feature(kind: EntityType, body: dict[str, Any], drafted: Drafted) -> dict[str, Any]:
    properties = {k: v for k, v in body.items() if k not in ("uid", "geometry", "valid_from")}
    properties |= {"entity": kind.name, "change": drafted.operation(kind, body["uid"])}
    return {
        "type": "Feature",
        "id": body["uid"],
        "geometry": body["geometry"],
        "properties": properties,
    }


def _lineage(kind: EntityType, uid: uuid.UUID) -> list[dict[str, Any]]:
    """With what the records are called."""
    rows = records.lineage(uid)
    names = titles(kind, {row[end] for row in rows for end in ("old", "new")})
    unnamed = _("without a name")
    return [
        row | {f"{end}_title": names.get(row[end]) or unnamed for end in ("old", "new")}
        for row in rows
    ]


def _drafted_kind(draft: Any, uid: uuid.UUID) -> EntityType | None:
    change = draft.changes.filter(entity_uid=uid).first() if draft else None
    return entity(change.entity) if change else None


def _form(kind: EntityType) -> dict[str, Any]:
    return {
        "title": kind_label(kind.name),
        "geometry": kind.geometry,
        "fields": [_field(c) for c in kind.writable if c.name not in ("source", "source_id")],
    }


def _field(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.type,
        "title": field_label(column.name),
        "required": column.required,
        "default": column.default,
        "max_length": column.max_length,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "choices": [[code, value_label(column.name, code)] for code, _title in column.choices],
        "reference": column.reference,
    }
