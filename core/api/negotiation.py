"""Addresses whose parameter `format` names what is answered, not a renderer."""

from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation


class OwnFormat(DefaultContentNegotiation):
    """The view reads `format` itself; the first renderer writes whatever it answers."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type
