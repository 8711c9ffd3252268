"""Settings that every way of running shares. The environment is read here and nowhere else.

`vip` writes the facts of the private database and cache to `$VIP_HOME/env`; variables of the
process win over that file, so that a container or an outside server needs no file at all.
"""

import os
from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from gis_vip.settings.libraries import bundled_library

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()
VIP_HOME = Path(env.str("VIP_HOME", default=str(BASE_DIR / ".vip"))).resolve()
if (VIP_HOME / "env").is_file():
    env.read_env(str(VIP_HOME / "env"))

SECRET_KEY: str = env.str("SECRET_KEY", default="")
DATA_KEY: str = env.str("DATA_KEY", default="")
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "django.contrib.humanize",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "gis_vip",
    "core",
    "accounts",
    "notifications",
    "tiles",
    "workflows",
    "addresses",
    "cases",
    "spatial_analytics",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.api.counting.Counted",
]

ROOT_URLCONF = "gis_vip.urls"
WSGI_APPLICATION = "gis_vip.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "gis_vip" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gis_vip.context.platform",
            ]
        },
    }
]

# PostGIS. libpq's own PG* variables, because a URL cannot carry the path of a unix socket.
if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": env.db("DATABASE_URL", engine="django.contrib.gis.db.backends.postgis")}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.contrib.gis.db.backends.postgis",
            "HOST": env.str("PGHOST", default=str(VIP_HOME / "run")),
            "PORT": env.str("PGPORT", default="5432"),
            "NAME": env.str("PGDATABASE", default="gis_vip"),
            "USER": env.str("PGUSER", default="gis_vip"),
            "PASSWORD": env.str("PGPASSWORD", default=""),
        }
    }
if env.str("VIP_DB_NAME", default=""):
    DATABASES["default"]["NAME"] = env.str("VIP_DB_NAME")
DATABASES["default"] |= {
    # A new PostGIS backend pays 16 to 55 ms for its first call: keep connections, and check them.
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
    # JIT costs more than it gives on the short queries that tiles and forms are made of.
    "OPTIONS": {"options": "-c jit=off -c timezone=UTC", "application_name": "gis_vip"},
    "TEST": {"NAME": "test_gis_vip"},
}

GDAL_LIBRARY_PATH = bundled_library("GDAL_LIBRARY_PATH", "pyogrio.libs", "libgdal")
GEOS_LIBRARY_PATH = bundled_library("GEOS_LIBRARY_PATH", "shapely.libs", "libgeos_c")

REDIS_URL: str = env.str("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "gis_vip.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.str("VIP_CACHE_PREFIX", default="vip"),
        # A server that hangs must not hang the portal.
        "OPTIONS": {"socket_timeout": 1.0, "socket_connect_timeout": 1.0},
    }
}
CELERY_BROKER_URL: str = env.str("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 10.0, "socket_connect_timeout": 2.0}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
CSRF_FAILURE_VIEW = "gis_vip.web.errors.csrf_failure"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "tr"
LANGUAGES = [("tr", _("Turkish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "gis_vip" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Istanbul")
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VIP_HOME / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "gis_vip" / "static",
    # Front-end libraries come by npm and are served by us: no page asks another host.
    ("lib", VIP_HOME / "frontend"),
]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VIP_HOME / "media")))
# Whether webhooks may go to private hosts, for closed networks.
WEBHOOK_PRIVATE = env.bool("VIP_WEBHOOK_PRIVATE", default=False)
# Where other systems put files of the register: see addresses/actions/file_drop.py.
# Fitted weights of the geocoder (`vip manage fit_geocoder_weights`).
GEOCODER_WEIGHTS = Path(env.str("VIP_GEOCODER_WEIGHTS", default=str(VIP_HOME / "geocoder-weights")))
# The columnar copy of the cases: made from the database wherever it is missing.
FACTS = Path(env.str("VIP_FACTS", default=str(VIP_HOME / "facts")))
# Address of a Dask scheduler on whose machines the forecasts of groups are learned; empty: here.
DASK_SCHEDULER = env.str("VIP_DASK_SCHEDULER", default="")
REGISTER_DROP = Path(env.str("VIP_DROP", default=str(VIP_HOME / "drop")))
MEDIA_URL = "/media/"  # never served as files: photos pass through a view that asks for rights
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gis_vip.storage.HashedStaticFiles"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# How many tiles the database builds at once, over all processes: on half of its cores, so that work
# goes on while the whole city looks at maps (docs/tiles.md has the figures).
TILE_BUILDS = env.int("VIP_TILE_BUILDS", default=max(1, (os.cpu_count() or 2) // 2))
# Where people reach the portal: links in messages begin with it.
VIP_URL: str = env.str("VIP_URL", default="http://localhost:8000").rstrip("/")
# With an entry's uid its identity in exchange files. Choose it once: whoever has a file relies on it.
INSPIRE_NAMESPACE = env.str("VIP_INSPIRE_NAMESPACE", default="TR.GIS-VIP")
VIP_CITY_NAME = env.str("VIP_CITY_NAME", default="Balıkesir")

# Without a mail server messages are kept and marked as not configured; none is written to a log.
EMAIL_CONFIGURED = bool(env.str("EMAIL_URL", default=""))
EMAIL_CONFIG = (
    env.email_url("EMAIL_URL", default="")
    if EMAIL_CONFIGURED
    else env.email_url_config("dummymail://")
)
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="gis-vip@localhost")
# smpp://user:password@host, smpps://… or netgsm://user:password@ (docs/operations.md); empty: no SMS.
SMS_URL: str = env.str("SMS_URL", default="")
SMS_SENDER: str = env.str("SMS_SENDER", default="")
SMS_REGIONS: list[str] = env.list("SMS_REGIONS", default=["TR"])  # countries, ISO 3166

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.keys.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.api.negotiation.SaysWhy",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    # How many proxies of our own stand in front: nobody else's word for an address counts.
    "NUM_PROXIES": env.int("VIP_PROXIES", default=0),
    "DEFAULT_THROTTLE_RATES": {
        "open_case": env.str("VIP_OPEN_CASE_RATE", default="120/hour"),
        "sign_in_code": env.str("VIP_CODE_RATE", default="30/hour"),
    },
    "EXCEPTION_HANDLER": "core.api.problems.problem_response",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "GIS-VIP",
    "DESCRIPTION": "The city's cases, register and maps.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "gis_vip.web.openapi.tell_problems",
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    # The description is the same for everybody: whose key comes along is of no interest.
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Nothing inline, nothing from another host. MapLibre starts its worker from our own file.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/", "/api/docs/"),
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("VIP_LOG_LEVEL", default="INFO")},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        # Its finer levels write whole messages, and the password; what went wrong our own log says.
        "smpplib": {"level": "ERROR"},
    },
}
