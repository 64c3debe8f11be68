"""The outbox for the admin: to whom, when and how it went, never what is said in a group."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from notifications import actions
from notifications.models import Message, Webhook


class LookOnly:
    """Show everything, change nothing."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("pk", "state", "kind", "channel", "recipient", "scope", "due_at", "sent_at", "failures", "reason")
    list_filter = ("state", "channel", "kind")
    list_select_related = ("recipient", "webhook")
    exclude = ("payload", "thread", "object")
    search_fields = ("recipient__email", "scope")
    ordering = ("-pk",)
    show_full_result_count = False
    actions = ("try_again",)

    @admin.action(description="Try dead letters again", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: "QuerySet[Message]") -> None:
        """Let what was given up wait again."""
        tried = actions.retry(by=request.user, pks=list(queryset.values_list("pk", flat=True)))  # type: ignore[arg-type]
        self.message_user(request, f"{tried} of them wait again.", messages.SUCCESS)


@admin.register(Webhook)
class WebhookAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("pk", "service", "scope", "failures", "disabled_at", "worked_at", "trouble")
    list_filter = ("service",)
    fields = ("service", "scope", "kinds", "failures", "disabled_at", "worked_at", "trouble", "created_by")
