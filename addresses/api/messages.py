"""`POST /geocode/message`: the place that a message speaks of, and the rest as its subject.

A message holds personal data: it comes in the body, and nothing of it is logged, kept or cached.
"""

import math
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from addresses.api.geocode_asked import LAT_MAX, LON_MAX
from addresses.api.geocode_bodies import FoundInMessage, answered, collection
from addresses.api.geocode_view import GeocodeView
from addresses.conf import CONF
from addresses.geocoder.answer import NO_ANSWER
from addresses.queries.mentions import READ, Mention, find_place
from addresses.queries.names import change_of, current
from addresses.queries.place_words import words_of
from core.api.parsers import BoundedJSONParser

_LIMIT_MAX = 20


class SentMessage(serializers.Serializer[Any]):
    """`lon` and `lat` in degrees: of places that fit alike the nearer one comes first."""

    text = serializers.CharField(max_length=CONF.message_refused, trim_whitespace=False)
    limit = serializers.IntegerField(required=False, default=5, min_value=1, max_value=_LIMIT_MAX)
    lon = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=-LON_MAX, max_value=LON_MAX
    )
    lat = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=-LAT_MAX, max_value=LAT_MAX
    )

    def validate_text(self, text: str) -> str:
        if not text.strip():
            raise serializers.ValidationError(_("This is needed."))
        return text

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["lon"] is None) != (attrs["lat"] is None):
            missing = "lat" if attrs["lat"] is None else "lon"
            raise serializers.ValidationError({missing: _("This is needed.")})
        for name in ("lon", "lat"):
            if attrs[name] is not None and not math.isfinite(attrs[name]):
                raise serializers.ValidationError({name: _("A number is needed.")})
        return attrs


class Message(GeocodeView):
    parser_classes = (BoundedJSONParser,)

    @extend_schema(request=SentMessage, responses={(200, "application/geo+json"): FoundInMessage})
    def post(self, request: Request) -> Response:
        """The place that a message names. The first 8,000 characters are read."""
        form = SentMessage(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        near = None if sent["lon"] is None else (sent["lon"], sent["lat"])
        mention = find_place(sent["text"], limit=sent["limit"], near=near)
        return Response(
            _body(mention or _nothing(sent["text"]), cut=len(sent["text"]) > READ),
            content_type="application/geo+json",
            headers={"Cache-Control": "private, no-store"},
        )


def _nothing(text: str) -> Mention:
    return Mention(text[:READ], 0, 0, replace(NO_ANSWER, change=change_of(current())))


def _body(mention: Mention, *, cut: bool) -> dict[str, Any]:
    answer = mention.answer
    if cut:
        answer = replace(answer, warnings=tuple(dict.fromkeys((*answer.warnings, "too_long"))))
    span = {"start": mention.start, "end": mention.end, "text": mention.place}
    return {
        **collection(words_of(answer.candidates)),
        "text": mention.text,
        "span": span if mention.place else None,
        "subject": mention.subject,
        **answered(answer),
    }
