"""A paper's page, and adding a paper by hand."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.answers import Request
from core.errors import Invalid
from discussion import actions, queries
from discussion.forms import AddForm, CommentForm


@require_safe
def paper(request: Request, slug: str, paper: str) -> HttpResponse:
    """Show a paper and the group's discussion of it."""
    return render(request, "discussion/paper.html", paper_context(request, slug, paper))


@require_POST
def add(request: Request, slug: str) -> HttpResponse:
    """Add a paper by arXiv id, DOI, link or title, and go to it; asks for a title that nobody here knows."""
    form = AddForm(request.POST)
    asks = ""
    if form.is_valid():
        try:
            added = actions.add_paper(by=request.user, slug=slug, **form.cleaned_data)
        except Invalid as error:
            asks = error.sentence
            form.ask_for_title()
        else:
            if added.is_new:
                messages.success(request, "Added. Vote for it, and it comes up for the next meeting.")
            else:
                messages.info(request, "This paper is in the group already. Here it is.")
            return redirect("discussion:paper", slug=slug, paper=added.group_paper.paper.address)
    membership = queries.adding_membership(by=request.user, slug=slug)
    context = {"form": form, "asks": asks, "membership": membership, "group": membership.group}
    return render(request, "discussion/add.html", context, status=422)


def paper_context(
    request: Request, slug: str, paper: str, *, form: CommentForm | None = None, written: int | None = None
) -> dict[str, Any]:
    """Gather what a paper's page and its parts show; `form` is a comment to correct, `written` the newest one."""
    page = queries.paper_page(by=request.user, slug=slug, address=paper)
    return {
        "page": page,
        "row": page.row,
        "paper": page.row.paper,
        "group": page.membership.group,
        "membership": page.membership,
        "form": form,
        "form_thread": page.thread_with(form.cleaned_data.get("parent")) if form else None,
        "written": written,
        "new_key": uuid4,
    }
