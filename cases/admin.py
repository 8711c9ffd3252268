"""Administrators' tables of this room. Not the product's face."""

from typing import Any

from django.contrib import admin

from cases.models import (
    CalendarDay,
    Channel,
    EscalationStep,
    RequestType,
    RequestTypeGroup,
    ResultCode,
    RoutingRule,
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


@admin.register(ResultCode)
class ResultCodeAdmin(CatalogueAdmin):
    list_display = ("name", "code", "done")


@admin.register(RoutingRule)
class RoutingRuleAdmin(CatalogueAdmin):
    list_display = ("position", "name", "group", "district", "department", "valid_from", "valid_to")
    list_filter = ("group", "district")
    search_fields = ("name",)
    autocomplete_fields = ("request_type",)
    raw_id_fields = ("neighbourhood",)


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
