"""Groups, for the admin: who and when, never what a group says about its papers."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from groups.models import Group, Membership


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    fk_name = "group"
    extra = 0
    can_delete = False
    fields = readonly_fields = ("user", "role", "joined_at", "left_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "slug", "zone", "created_at")
    search_fields = ("name", "slug")
    ordering = ("name", "pk")
    fields = readonly_fields = ("name", "slug", "zone", "rule", "start_time", "categories", "created_at")
    inlines: ClassVar = [MembershipInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: a group is started by its organiser."""
        return False
