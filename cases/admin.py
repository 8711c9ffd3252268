"""Administrators' tables of this room. Not the product's face."""

from typing import Any

from django.contrib import admin

from cases.models import (
    CalendarDay,
    Channel,
    EscalationStep,
    Jurisdiction,
    RequestType,
    RequestTypeGroup,
    ResultCode,
    RoutingPolicy,
    Target,
    WorkCalendar,
)
from tiles.actions.versions import data_changed


class CatalogueAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Processes keep the catalogue until its version moves: every change here moves it."""

    def save_model(self, *args: Any, **kwargs: Any) -> None:
        super().save_model(*args, **kwargs)
        data_changed("catalogue")

    def delete_model(self, *args: Any, **kwargs: Any) -> None:
        super().delete_model(*args, **kwargs)
        data_changed("catalogue")

    def delete_queryset(self, *args: Any, **kwargs: Any) -> None:
        super().delete_queryset(*args, **kwargs)
        data_changed("catalogue")


@admin.register(Channel)
class ChannelAdmin(CatalogueAdmin):
    list_display = ("name", "code", "family", "transport", "to_triage", "public")


@admin.register(RequestTypeGroup)
class RequestTypeGroupAdmin(CatalogueAdmin):
    list_display = ("name", "code", "colour")


@admin.register(RequestType)
class RequestTypeAdmin(CatalogueAdmin):
    list_display = ("name", "code", "group", "target_hours", "legal_clock", "public", "active")
    list_filter = ("group", "active", "public")
    search_fields = ("name", "code")

    def has_add_permission(self, *args: Any) -> bool:
        return False  # types are edited at /console/types/, where every change is a version

    def has_change_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False


@admin.register(ResultCode)
class ResultCodeAdmin(CatalogueAdmin):
    list_display = ("name", "code", "done")


@admin.register(RoutingPolicy)
class RoutingPolicyAdmin(CatalogueAdmin):
    list_display = ("__str__", "province_m", "district_m", "neighbourhood_m", "area_m")


@admin.register(WorkCalendar)
class WorkCalendarAdmin(CatalogueAdmin):
    list_display = ("organisation", "week", "keeps_holidays", "pauses")


@admin.register(CalendarDay)
class CalendarDayAdmin(CatalogueAdmin):
    list_display = ("day", "calendar", "spans", "name")


@admin.register(Target)
class TargetAdmin(CatalogueAdmin):
    list_display = ("organisation", "request_type", "group", "hours")
    list_filter = ("organisation", "group")
    autocomplete_fields = ("request_type",)


@admin.register(EscalationStep)
class EscalationStepAdmin(CatalogueAdmin):
    list_display = ("organisation", "level", "share", "role", "repeat_hours")


@admin.register(Jurisdiction)
class JurisdictionAdmin(CatalogueAdmin):
    list_display = ("code", "organisation", "active")
