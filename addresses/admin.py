"""Administrators' tables of this room."""

from typing import Any

from django.contrib import admin

from addresses.models import (
    DroppedFile,
    EditingArea,
    PlaceAlias,
    RegisterPolicy,
)


@admin.register(RegisterPolicy)
class RegisterPolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("__str__", "four_eyes", "feed_days")
    exclude = ("id",)

    def has_add_permission(self, request: Any) -> bool:
        return not RegisterPolicy.objects.exists() and super().has_add_permission(request)


@admin.register(EditingArea)
class EditingAreaAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("organisation", "district", "neighbourhood")
    list_filter = ("organisation",)
    raw_id_fields = ("neighbourhood",)


@admin.register(DroppedFile)
class DroppedFileAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("path", "state", "message", "taken_at")
    list_filter = ("state",)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(PlaceAlias)
class PlaceAliasAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What people taught the geocoder; `withdrawn_at` ends an alias."""

    list_display = ("text", "address", "taught_by", "taught_at", "reference", "withdrawn_at")
    search_fields = ("text_key",)
    fields = ("text", "address", "taught_by", "taught_at", "reference", "withdrawn_at")
    readonly_fields = ("text", "address", "taught_by", "taught_at", "reference")

    def has_add_permission(self, request: Any) -> bool:
        return False
