"""The register of areas, streets, parcels, buildings and addresses; the geocoder; exchange."""

from django.apps import AppConfig


class AddressesConfig(AppConfig):
    name = "addresses"
    verbose_name = "Address register"
