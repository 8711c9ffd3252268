"""The test suite: real PostGIS, real Redis, cheap passwords, mail kept in memory."""

from gis_vip.settings.base import *  # noqa: F403
from gis_vip.settings.base import CACHES, DATABASES, STORAGES, VIP_HOME, env

SECRET_KEY = "only-for-tests"
DATA_KEY = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_CONFIGURED = True
SMS_URL = SMS_SENDER = ""
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Files are found where they lie: no collectstatic before a test.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # otherwise every test client would list all static files first
MEDIA_ROOT = VIP_HOME / "test-media"
# Runs side by side take a database each: VIP_TEST_DB=test_mine pytest …
DATABASES["default"]["TEST"]["NAME"] = env.str("VIP_TEST_DB", default="test_gis_vip")
CACHES["default"]["KEY_PREFIX"] = f"vip-test-{env.str('PYTEST_XDIST_WORKER', default='')}"
AXES_ENABLED = False
CELERY_TASK_ALWAYS_EAGER = False
GEOCODER_WEIGHTS = VIP_HOME / "test-geocoder-weights"
FACTS = VIP_HOME / "test-facts"
