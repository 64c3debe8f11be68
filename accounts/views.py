"""The page about oneself. Log-in, sign-up, e-mail addresses and passwords are allauth's (accounts/adapter.py)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, queries
from accounts.forms import LooksForm, PreferencesForm, SessionForm
from core.answers import Request, way_back
from core.errors import Invalid

# What the person's groups are is known further up; readinggroup/urls.py hands it down.
MembershipsOf = Callable[..., list[Any]]


@require_safe
def me(request: Request, memberships_of: MembershipsOf) -> HttpResponse:
    """Show who one is here, how pages look, and one's groups."""
    chosen = queries.preferences(by=request.user)
    return _page(request, _form(initial=chosen.as_initial()), memberships_of)


@require_POST
def preferences(request: Request, memberships_of: MembershipsOf) -> HttpResponse:
    """Save name, time zone and looks."""
    form = _form(request.POST)
    if not form.is_valid():
        return _page(request, form, memberships_of, status=422)
    actions.save_preferences(by=request.user, **form.cleaned_data)
    messages.success(request, "Saved.")
    return redirect("accounts:me")


@require_POST
def looks(request: Request, memberships_of: MembershipsOf) -> HttpResponse:
    """Set some of how pages look and behave, and go back to where that was chosen."""
    form = LooksForm(request.POST, themes=queries.THEMES, densities=queries.DENSITIES)
    if not form.is_valid():
        raise Invalid("Choose one of the looks that the page offers.")
    actions.save_looks(by=request.user, **form.cleaned_data)
    return redirect(way_back(request, "accounts:me"))


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: Request, memberships_of: MembershipsOf) -> HttpResponse:
    """Show where one is logged in; end one of these log-ins (`session`), or all others."""
    key = request.session.session_key or ""
    if request.method != "POST":
        sessions = queries.own_sessions(by=request.user, key=key)
        return render(request, "accounts/sessions.html", {"sessions": sessions})
    form = SessionForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose one of the log-ins that the page lists.")
    if form.cleaned_data["session"] is None:
        actions.end_other_sessions(by=request.user, key=key)
        messages.success(request, "You are logged out everywhere else.")
    else:
        actions.end_session(by=request.user, pk=form.cleaned_data["session"])
        messages.success(request, "That log-in has ended.")
    return redirect("accounts:sessions")


def _form(*args: Any, **options: Any) -> PreferencesForm:
    return PreferencesForm(*args, themes=queries.THEMES, densities=queries.DENSITIES, **options)


def _page(request: Request, form: PreferencesForm, memberships_of: MembershipsOf, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "memberships": memberships_of(by=request.user)}
    return render(request, "accounts/me.html", context, status=status)
