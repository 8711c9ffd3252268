"""The WSGI entry point (gunicorn).

With `--preload` this is loaded once, before the workers are forked: what it holds, the names of the
register among it, is in memory once for all of them.
"""

import gc
import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_vip.settings.local")
gc.disable()  # until all is loaded: nothing of it is garbage
_django = get_wsgi_application()

from tiles.api.early import EarlyTiles  # noqa: E402 - needs the apps

application = EarlyTiles(_django)


def _warm_up() -> None:
    """Loads what the first request would wait for. Without a database that comes later."""
    from django.db import connection
    from django.urls import get_resolver

    from addresses.queries.geocoding import geocode

    get_resolver().url_patterns  # noqa: B018 - importing them is what it is read for
    try:
        geocode("Atatürk Caddesi 1")
    except Exception:
        logging.getLogger(__name__).exception("The geocoder is not ready yet.")
    finally:
        connection.close()  # no worker may share it
    gc.collect()
    gc.enable()
    gc.freeze()  # what is loaded now stays: looking through it would copy it into every worker


_warm_up()
