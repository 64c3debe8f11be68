"""A paper's page, and adding a paper by hand."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.answers import Request
from discussion import actions, queries
from discussion.forms import AddForm, CommentForm


@require_safe
def paper(request: Request, slug: str, paper: str) -> HttpResponse:
    """Show a paper and the group's discussion of it."""
    return render(request, "discussion/paper.html", paper_context(request, slug, paper))


@require_POST
def add(request: Request, slug: str) -> HttpResponse:
    """Add a paper by arXiv id, link or title; asks for the title of a paper that is not in the catalogue."""
    form = AddForm(request.POST)
    if form.is_valid():
        added = actions.add_paper(by=request.user, slug=slug, **form.cleaned_data)
        if added:
            return redirect("discussion:paper", slug=slug, paper=added.paper.address)
        form.add_error("title", "This paper is in no listing here yet. Type its title, and it is added.")
    membership = queries.membership_of(by=request.user, slug=slug)
    context = {"form": form, "membership": membership, "group": membership.group}
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
        "written": written,
        "new_form": CommentForm,
    }
