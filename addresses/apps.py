"""The register of areas, streets, parcels, buildings and addresses; the geocoder; exchange."""

from django.apps import AppConfig


class AddressesConfig(AppConfig):
    name = "addresses"
    verbose_name = "Address register"

    def ready(self) -> None:
        from addresses.queries.boundary_effects import effects, in_words
        from addresses.queries.fitted_weights import use_latest
        from addresses.rules.effects import effect

        effect("addresses", effects, in_words)
        use_latest()
