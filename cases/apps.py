"""Intake, routing, life cycle, portal and console of citizens' requests."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Cases"
