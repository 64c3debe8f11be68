"""The catalogue in Django's admin, to look things up: facts change by imports, not by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from papers.models import Entry, Import, Listing, Paper, PaperVersion, Problem


class LookOnly:
    """Show everything, change nothing."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class VersionInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = PaperVersion


class EntryInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Entry
    fields = ("listing", "position", "announce_type", "version")


class ProblemInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Problem


@admin.register(Paper)
class PaperAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("external_id", "title", "primary_category", "latest_version", "first_announced", "rank")
    list_filter = ("source", "rank")
    search_fields = ("external_id", "title")
    exclude = ("title_html", "abstract_html", "scope")
    show_full_result_count = False
    inlines = (VersionInline, EntryInline)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave out what belongs to a group: this page is for facts of the world."""
        return super().get_queryset(request).filter(scope="")


@admin.register(Listing)
class ListingAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("category", "announced_on", "created_at")
    list_filter = ("category",)
    date_hierarchy = "announced_on"


@admin.register(Import)
class ImportAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("pk", "state", "kind", "category", "announced_on", "created_by", "created_at", "finished_at")
    list_filter = ("state", "kind", "format")
    list_select_related = ("created_by",)
    exclude = ("content",)
    inlines = (ProblemInline,)
