"""Administrators' tables of this room."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils import timezone

from accounts.actions.api_keys import revoke_key
from accounts.models import ApiKey, Crew, Department, Membership, Organisation, User


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """To look at: they are granted at /console/members/, where every grant is written down."""

    model = Membership
    extra = 0
    fields = readonly_fields = ("organisation", "department", "role", "sensitive")
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    list_display = ("username", "full_name", "email", "is_active", "is_staff")
    search_fields = ("username", "full_name", "email")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("username", "password", "full_name", "email", "language")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
    )


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "kind", "active")


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "organisation", "code", "sharing", "active")
    list_filter = ("organisation",)
    search_fields = ("name",)


@admin.register(Crew)
class CrewAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To look at: they are kept at /console/crews/, where every change is written down."""

    list_display = ("name", "department", "active")
    fields = readonly_fields = ("department", "name", "active", "members")

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Keys are issued by `vip manage issue_api_key`; here they are looked through and revoked."""

    list_display = ("user", "name", "created_at", "expires_at", "used_on", "revoked_at")
    list_filter = ("user",)
    readonly_fields = ("user", "name", "created_at", "expires_at", "used_on", "revoked_at")
    actions = ("revoke",)

    def has_add_permission(self, request: Any) -> bool:
        return False

    @admin.action(description="Revoke")
    def revoke(self, request: Any, queryset: Any) -> None:
        for key in queryset:
            revoke_key(key, now=timezone.now())
