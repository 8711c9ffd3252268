"""`vip up` and `vip manage`: one machine, private database, plain HTTP on the loopback."""

from gis_vip.settings.base import *  # noqa: F403

SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
