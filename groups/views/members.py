"""Who is in a group, and in which role."""

from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from core.answers import Request, Undo, answer
from core.errors import Invalid, Unproven
from groups import actions, queries
from groups.forms import InvitationForm, MailForm, PresenceForm, RoleForm


@require_safe
def members(request: Request, slug: str) -> HttpResponse:
    """Show everyone in the group; an organiser also sees roles to give, whom to bring back, and invitations."""
    return render(request, "groups/members.html", _context(request, slug))


@require_POST
def member(request: Request, slug: str, pk: int) -> HttpResponse:
    """Give a member a role (`role`), or remove, bring back or leave (`state`)."""
    undo = None
    if "role" in request.POST:
        role = _valid(RoleForm(request.POST, roles=queries.ROLES))["role"]
        changed = _set_role(request, slug, pk, role)
        said = f"{changed.user.name} is now {_with_article(changed.get_role_display())}."
    else:
        present = _valid(PresenceForm(request.POST))["state"] == "present"
        changed = actions.set_presence(by=request.user, slug=slug, pk=pk, present=present)
        undo = None if present else _way_back_of(request, changed)
        said = f"{changed.user.name} is in the group." if present else f"{changed.user.name} was removed."
    if changed.user == request.user:
        return _as_someone_else(request, slug, left=bool(changed.left_at))
    if not request.htmx and not undo:
        messages.success(request, said)
    return answer(
        request,
        part="groups/_members.html",
        context=_context(request, slug) if request.htmx else {},
        to=reverse("groups:members", args=[slug]),
        said=said,
        undo=undo,
    )


def _set_role(request: Request, slug: str, pk: int, role: str) -> Any:
    """Give the role, or have the password asked for first; the change then goes on by itself."""
    is_proven = not is_reauthentication_required(request, app="groups")
    try:
        return actions.set_role(by=request.user, slug=slug, pk=pk, role=role, is_proven=is_proven)
    except Unproven as unproven:
        raise ReauthenticationRequired from unproven


def _way_back_of(request: Request, removed: Any) -> Undo:
    """Return what brings a removed member back."""
    return Undo(
        done=f"{removed.user.name} was removed.",
        to=request.path,
        sends={"state": "present"},
        fills="members",
        heir=f"set-role-{removed.pk}",
    )


def _as_someone_else(request: Request, slug: str, *, left: bool) -> HttpResponse:
    """Load a whole page after a change of oneself: its frame shows what one may do now."""
    to = reverse("home") if left else reverse("groups:members", args=[slug])
    if left:
        messages.success(request, "You left the group. Its talk is closed to you; what you wrote stays in it.")
    return HttpResponseClientRedirect(to) if request.htmx else answer(request, part="", context={}, to=to)


def _context(request: Request, slug: str) -> dict[str, Any]:
    page = queries.members_page(by=request.user, slug=slug)
    return {
        "page": page,
        "membership": page.membership,
        "group": page.membership.group,
        "roles": queries.ROLES,
        "invitation_form": InvitationForm(roles=queries.INVITED_ROLES),
        "mail_form": MailForm(roles=queries.INVITED_ROLES, auto_id="mail_%s"),
        "invited": None,
    }


def _valid(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise Invalid("Choose one of the listed values.")
    return form.cleaned_data


def _with_article(role: str) -> str:
    return f"an {role.lower()}" if role[0] in "AEIOU" else f"a {role.lower()}"
