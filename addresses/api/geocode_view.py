"""What every address of the geocoder has in common: open to all, and one rate for all of them."""

from rest_framework.permissions import AllowAny
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from addresses.conf import CONF
from core.api.negotiation import OwnFormat


class GeocodeThrottle(AnonRateThrottle):
    scope = "geocode"
    rate = CONF.geocode_rate


class GeocodeView(APIView):
    """Nobody is asked who they are; `format` is a parameter of the question."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (GeocodeThrottle,)
    content_negotiation_class = OwnFormat
