"""The product as `./vip` serves it, but without the limit on how often one sender may ask."""

from addresses.api.geocode_view import GeocodeThrottle
from gis_vip.wsgi import application

GeocodeThrottle.rate = "1000000/s"

__all__ = ["application"]
