"""What every address of the geocoder has in common: open to all, and one rate for all of them."""

from rest_framework.permissions import AllowAny
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from accounts.api.keys import KeyAuthentication
from accounts.rules.clients import REGISTRY_READ
from addresses.conf import CONF
from core.api.negotiation import OwnFormat


class GeocodeThrottle(AnonRateThrottle):
    scope = "geocode"
    rate = CONF.geocode_rate


class GeocodeView(APIView):
    """Nobody is asked who they are, but a client may say so and has its own rate; `format` is a
    parameter of the question."""

    authentication_classes: tuple[type, ...] = (KeyAuthentication,)
    client_scopes = REGISTRY_READ
    personal_keys = True
    permission_classes = (AllowAny,)
    throttle_classes = (GeocodeThrottle,)
    content_negotiation_class = OwnFormat
