"""The categories that the server follows."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.answers import Request, answer
from core.categories import categories_by_archive
from core.errors import Invalid
from core.wording import plural
from papers import actions, queries
from papers.forms import FollowForm, FollowingForm

SAID = {
    "followed": "{} is followed from now on; its last week comes in first.",
    "stopped": "{} is not followed any more. What came in of it stays.",
    "due": "{} is looked at within seconds.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Request) -> HttpResponse:
    """Show what is followed and how it gets on; follow more. A poll gets the part, or nothing while it is the same."""
    if request.method == "POST":
        return _follow(request)
    page = queries.subscriptions_page(by=request.user)
    if request.htmx and not request.htmx.history_restore_request:
        if request.GET.get("seen") == page.version:
            return HttpResponse(status=204)
        return render(request, "papers/_subscriptions.html", {"page": page})
    return render(request, "papers/subscriptions.html", _context(page, FollowForm()))


def _follow(request: Request) -> HttpResponse:
    form = FollowForm(request.POST)
    try:
        if form.is_valid():
            begun = actions.follow(by=request.user, categories=form.cleaned_data["categories"])
            messages.success(request, _said(begun))
            return redirect("papers:subscriptions")
    except Invalid as error:
        form.add_error(error.field, error.sentence)
    page = queries.subscriptions_page(by=request.user)
    return render(request, "papers/subscriptions.html", _context(page, form), status=422)


@require_POST
def change(request: Request, category: str) -> HttpResponse:
    """Follow a category, stop following it, or have it looked at now."""
    form = FollowingForm(request.POST)
    if not form.is_valid():
        raise Invalid("A category is followed, stopped or due. Nothing was changed.")
    state = form.cleaned_data["state"]
    actions.set_following(by=request.user, category=category, state=state)
    said = SAID[state].format(category)
    if not request.htmx:
        messages.success(request, said)
    page = queries.subscriptions_page(by=request.user)
    return answer(
        request,
        part="papers/_subscriptions.html",
        context={"page": page},
        to=reverse("papers:subscriptions"),
        said=said,
    )


def _said(begun: list[str]) -> str:
    if not begun:
        return "All of these were followed already, so nothing was changed."
    which = begun[0] if len(begun) == 1 else plural(len(begun), "category", "categories")
    return SAID["followed"].format(which) if len(begun) == 1 else f"{which} are followed from now on."


def _context(page: queries.SubscriptionsPage, form: FollowForm) -> dict[str, Any]:
    return {"page": page, "form": form, "archives": categories_by_archive()}
