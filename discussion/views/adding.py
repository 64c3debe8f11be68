"""Adding a paper by hand: what is found is shown first, and comes in by a press of the button."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.answers import Request
from core.errors import Invalid, TooMany
from discussion import actions, queries
from discussion.forms import AddForm, FindForm, OwnEntryForm

ADDED = "Added. Vote for it, and it comes up for the next meeting."
THERE = "This paper is in the group already. Here it is."


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, slug: str) -> HttpResponse:
    """Show what `q` finds, or go on to the paper when the group has it; a POST adds it."""
    if request.method == "POST":
        return _add(request, slug)
    form = FindForm(request.GET if "q" in request.GET else None)
    found = form.cleaned_data["q"] if form.is_valid() else ""
    page = queries.add_page(by=request.user, slug=slug, q=found)
    if page.standing:
        messages.info(request, THERE)
        return redirect("discussion:paper", slug=slug, paper=page.standing.address)
    return _page(request, page, find=form, status=422 if form.errors else 200)


def _add(request: Request, slug: str) -> HttpResponse:
    form, refused, status = AddForm(request.POST), "", 422
    if form.is_valid():
        try:
            return _to(request, actions.add_paper(by=request.user, slug=slug, **form.cleaned_data))
        except (Invalid, TooMany) as error:
            refused, status = error.sentence, error.status
    page = queries.add_page(by=request.user, slug=slug, q=form.cleaned_data.get("q", ""))
    return _page(request, page, find=form, refused=refused, status=status)


@require_POST
def own(request: Request, slug: str) -> HttpResponse:
    """Add an entry of the group's own."""
    form, status = OwnEntryForm(request.POST), 422
    if form.is_valid():
        try:
            return _to(request, actions.add_own_entry(by=request.user, slug=slug, **form.cleaned_data))
        except TooMany as error:
            form.add_error(None, error.sentence)
            status = error.status
    return _page(request, queries.add_page(by=request.user, slug=slug), find=FindForm(), own=form, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: Request, slug: str, paper: str) -> HttpResponse:
    """Correct what an entry of the group's own says."""
    membership, shown = queries.own_entry_page(by=request.user, slug=slug, address=paper)
    standing = {"title": shown.title, "authors": shown.authors, "link": shown.link, "abstract": shown.abstract}
    form = OwnEntryForm(request.POST if request.method == "POST" else None, initial=standing)
    if form.is_valid():
        try:
            actions.change_own_entry(by=request.user, slug=slug, address=paper, **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.field, error.sentence)
        else:
            messages.success(request, "Saved.")
            return redirect("discussion:paper", slug=slug, paper=paper)
    context = {"form": form, "paper": shown, "membership": membership, "group": membership.group}
    return render(request, "discussion/entry.html", context, status=422 if form.errors else 200)


def _to(request: Request, added: actions.Added) -> HttpResponse:
    if added.is_new:
        messages.success(request, ADDED)
    else:
        messages.info(request, THERE)
    group_paper = added.group_paper
    return redirect("discussion:paper", slug=group_paper.group.slug, paper=group_paper.paper.address)


def _page(
    request: Request,
    page: queries.AddPage,
    *,
    find: FindForm,
    own: OwnEntryForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "page": page,
        "membership": page.membership,
        "group": page.membership.group,
        "find": find,
        "own": own or OwnEntryForm(initial={"title": page.title, "link": page.link}),
        "refused": refused,
        "bookmarklet": f"javascript:location.href='{settings.SITE_URL}{reverse('add')}?q='"
        "+encodeURIComponent(location.href)",
        "site": settings.SITE_URL,
    }
    return render(request, "discussion/add.html", context, status=status)
