"""The worker. Celery only wakes and executes: what is to be done stands in `core.models.Job`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_vip.settings.local")

import django

django.setup()

from core.jobs import app  # noqa: E402

__all__ = ["app"]
