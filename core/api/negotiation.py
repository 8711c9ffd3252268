"""What a parameter `format` means."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation


class SaysWhy(DefaultContentNegotiation):
    """A format that is not to be had is a parameter that cannot be used: the library says 404."""

    def filter_renderers(self, renderers: Any, format: Any) -> Any:
        try:
            return super().filter_renderers(renderers, format)
        except Http404:
            raise ValidationError({"format": [_("This format is not to be had here.")]}) from None


class OwnFormat(DefaultContentNegotiation):
    """`format` names what is answered, not a renderer. The view reads it itself; the first
    renderer writes whatever it answers."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type
