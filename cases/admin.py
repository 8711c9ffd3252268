"""Administrators' tables of this room. Not the product's face."""

from django.contrib import admin

from cases.models import Channel, RequestType, RequestTypeGroup, ResultCode, RoutingRule


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "family", "transport", "to_triage", "public")


@admin.register(RequestTypeGroup)
class RequestTypeGroupAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "colour")


@admin.register(RequestType)
class RequestTypeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "group", "target_hours", "legal_clock", "public", "active")
    list_filter = ("group", "active", "public")
    search_fields = ("name", "code")


@admin.register(ResultCode)
class ResultCodeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "done")


@admin.register(RoutingRule)
class RoutingRuleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("position", "name", "group", "district", "department", "valid_from", "valid_to")
    list_filter = ("group", "district")
    search_fields = ("name",)
    autocomplete_fields = ("request_type",)
    raw_id_fields = ("neighbourhood",)
