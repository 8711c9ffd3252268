"""Behind a reverse proxy that speaks TLS (docker-compose.yml)."""

from django.core.exceptions import ImproperlyConfigured

from gis_vip.settings.base import *  # noqa: F403
from gis_vip.settings.base import DATA_KEY, REST_FRAMEWORK, SECRET_KEY, env

if not SECRET_KEY or not DATA_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY and DATA_KEY: see deploy/README.md.")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = 31536000
REST_FRAMEWORK = REST_FRAMEWORK | {"NUM_PROXIES": env.int("VIP_PROXIES", default=1)}
