"""The composition room: settings, URLs, base templates, the shared front-end shell."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class GisVipConfig(AppConfig):
    name = "gis_vip"
    verbose_name = "GIS-VIP"

    def ready(self) -> None:
        """Every room's handlers of jobs register themselves when their module is read: the web
        enqueues them, the worker runs them."""
        autodiscover_modules("jobs")
