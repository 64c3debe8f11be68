"""Keeping a search, naming it, following it, dropping it."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.answers import Request, Undo, offer, way_back
from core.errors import Invalid
from discussion import actions
from discussion.forms import NamedForm, SearchForm
from discussion.views.states import state_of

if TYPE_CHECKING:
    from discussion.models import SavedSearch


@require_POST
def save(request: Request, slug: str) -> HttpResponse:
    """Keep the search that was sent, and show it again."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        raise Invalid("This search cannot be saved. Go back, search again, and save it then.")
    saved = actions.save_search(by=request.user, slug=slug, q=form.cleaned_data["q"], filters=form.filters)
    messages.success(request, f"Saved as “{saved.name}”. Follow it, and new papers that match carry its name.")
    return redirect(f"{reverse('discussion:search', args=[slug])}?{urlencode({'q': saved.q})}{saved.filters}")


@require_POST
def rename(request: Request, slug: str, pk: int) -> HttpResponse:
    """Give a saved search another name."""
    form = NamedForm(request.POST)
    if not form.is_valid():
        raise Invalid(str(form.errors["name"][0]))
    saved = actions.rename_search(by=request.user, slug=slug, pk=pk, name=form.cleaned_data["name"])
    messages.success(request, f"Named “{saved.name}”.")
    return redirect(_back(request, slug))


@require_POST
def follow(request: Request, slug: str, pk: int) -> HttpResponse:
    """Set whether new papers that match carry the name of the search."""
    on = state_of(request)
    saved = actions.follow_search(by=request.user, slug=slug, pk=pk, on=on)
    if on:
        messages.success(request, f"New papers that match carry the name “{saved.name}”, for you alone.")
    else:
        _offer(request, slug, saved, "No longer followed:")
    return redirect(_back(request, slug))


@require_POST
def keep(request: Request, slug: str, pk: int) -> HttpResponse:
    """Drop a saved search, or bring it back."""
    on = state_of(request)
    saved = actions.keep_search(by=request.user, slug=slug, pk=pk, on=on)
    if not on:
        _offer(request, slug, saved, "Search dropped:")
    return redirect(_back(request, slug))


def _offer(request: Request, slug: str, saved: "SavedSearch", done: str) -> None:
    sends = {"state": "on", "next": _back(request, slug)}
    offer(request, Undo(done=done, about=saved.name, to=request.path, sends=sends))


def _back(request: Request, slug: str) -> str:
    return way_back(request, "discussion:search", slug)
