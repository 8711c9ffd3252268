"""Administrators' tables of this room: to look at. Rights are given at /figures/rights/."""

from typing import Any

from django.contrib import admin

from spatial_analytics.models import FigureRight, PeopleLook


class _ToLookAt(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(FigureRight)
class FigureRightAdmin(_ToLookAt):
    list_display = ("organisation", "role", "finest", "persons", "least", "granted_at", "ended_at")


@admin.register(PeopleLook)
class PeopleLookAdmin(_ToLookAt):
    list_display = ("at", "user", "question")
