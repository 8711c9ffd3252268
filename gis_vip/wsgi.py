"""The WSGI entry point (gunicorn)."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_vip.settings.local")
application = get_wsgi_application()


def _warm_up() -> None:
    """Builds the geocoder's index of names while nobody waits for it."""
    from django.db import connection

    from addresses.queries.geocoding import geocode

    try:
        geocode("Atatürk Caddesi 1")
    finally:
        connection.close()


threading.Thread(target=_warm_up, daemon=True).start()
