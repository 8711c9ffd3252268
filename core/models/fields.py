"""Field types that several rooms use."""

from typing import Any

from django.conf import settings
from django.db import models

from core.rules import secrets


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is readable only with `DATA_KEY`; it cannot be searched or sorted."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return secrets.encrypt(settings.DATA_KEY, value) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return secrets.decrypt(settings.DATA_KEY, value) if value else value
