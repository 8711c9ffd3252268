"""`/api/v1/request-types`: the catalogue with the questions of each type."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.rules.clients import REGISTRY_READ
from cases.models import RequestType
from cases.queries.catalogue import questionnaire_of, request_types
from cases.rules.questions import KINDS
from core.api.parameters import only


class OptionBody(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()


class QuestionBody(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    label = serializers.CharField()
    hint = serializers.CharField()
    required = serializers.BooleanField()
    private = serializers.BooleanField()
    when = serializers.CharField(help_text="It is asked where this holds; empty: always.")
    options = OptionBody(many=True)
    least = serializers.FloatField(allow_null=True)
    most = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()


class StopBody(serializers.Serializer[Any]):
    code = serializers.CharField()
    when = serializers.CharField(help_text="Where this holds nothing is opened.")
    advice = serializers.CharField()


class TypeBody(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    group = serializers.CharField()
    synonyms = serializers.ListField(child=serializers.CharField())
    icon = serializers.CharField()
    target_hours = serializers.IntegerField()
    version = serializers.IntegerField()
    questions = QuestionBody(many=True)
    stops = StopBody(many=True)


class RequestTypes(APIView):
    permission_classes = [AllowAny]
    client_scopes = REGISTRY_READ

    @extend_schema(responses=TypeBody(many=True))
    def get(self, request: Request) -> Response:
        """The catalogue of request types with their questions, in the language that is asked for."""
        only(request)
        return Response([_type_body(t) for t in request_types().values()])


def _type_body(row: RequestType) -> dict[str, Any]:
    asked = questionnaire_of(row.code)
    return {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "group": row.group.code,
        "synonyms": row.synonyms,
        "icon": row.icon,
        "target_hours": row.target_hours,
        "version": row.version,
        "questions": [
            {
                "name": q.name, "kind": q.kind, "label": str(q.words), "hint": str(q.hint),
                "required": q.required, "private": q.private, "when": q.when,
                "options": [{"value": o.value, "label": str(o.words)} for o in q.options],
                "least": q.least, "most": q.most, "unit": q.unit,
            }
            for q in asked.questions
        ],
        "stops": [{"code": s.code, "when": s.when, "advice": str(s.advice)} for s in asked.stops],
    }  # fmt: skip
