"""The composition room: settings, URLs, base templates, the shared front-end shell."""

from django.apps import AppConfig


class GisVipConfig(AppConfig):
    name = "gis_vip"
    verbose_name = "GIS-VIP"
