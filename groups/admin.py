"""Groups, for the admin: who and when, never what a group says about its papers."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from core import limits
from core.errors import ReadingGroupError
from groups import actions
from groups.models import Group, Membership

if TYPE_CHECKING:
    from accounts.models import User


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    fk_name = "group"
    extra = 0
    can_delete = False
    fields = readonly_fields = ("user", "role", "joined_at", "left_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReasonForm(ActionForm):
    """Asks for the reason beside the action."""

    reason = forms.CharField(required=False, max_length=limits.EVENT_CHARS, label="Reason, which the group reads:")


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    action_form = ReasonForm
    actions = ("look_into",)
    list_display = ("name", "slug", "zone", "created_at")
    search_fields = ("name", "slug")
    ordering = ("name", "pk")
    fields = readonly_fields = ("name", "slug", "zone", "rule", "start_time", "categories", "created_at")
    inlines: ClassVar = [MembershipInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: a group is started by its organiser."""
        return False

    @admin.action(description=f"Look into the group for {limits.LOOK_MINUTES} minutes")
    def look_into(self, request: HttpRequest, groups: QuerySet[Group]) -> None:
        """Let the admin in as a guest, in the eyes of the group."""
        for group in groups:
            try:
                actions.look_into(by=cast("User", request.user), group=group, reason=request.POST.get("reason", ""))
            except ReadingGroupError as refused:
                self.message_user(request, refused.sentence, messages.ERROR)
            else:
                said = format_html('You may read <a href="/g/{}/">{}</a> now; its log says so.', group.slug, group.name)
                self.message_user(request, said, messages.WARNING)
