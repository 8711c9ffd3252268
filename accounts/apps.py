"""People, organisations, departments, crews and what each of them may do."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from accounts.api import scheme  # noqa: F401 - read for the description of the API
