"""What every room stands on: text keys, SQL, jobs, API plumbing."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Core"
