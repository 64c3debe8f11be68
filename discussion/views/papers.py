"""A paper's page."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from core.answers import Request, came_from, way_back
from core.citing import CITING
from core.errors import NotFound
from core.keeping import kept
from discussion import queries
from discussion.exports.registry import EXPORTS
from discussion.forms import CommentForm, EditForm
from groups import queries as group_queries

# Pages with a list of papers, from which one may have come; those of the app above, too.
LISTS = frozenset({"meetings:week", "meetings:queue", "discussion:day", "discussion:search"})


@require_safe
@kept(group_queries.version_of_pages)
def paper(request: Request, slug: str, paper: str) -> HttpResponse:
    """Show a paper and the group's discussion of it."""
    return render(request, "discussion/paper.html", paper_context(request, slug, paper))


@require_safe
def cite(request: Request, slug: str, paper: str, name: str) -> HttpResponse:
    """Give the paper as a reference, in one of the forms that other programs take."""
    if name not in CITING:
        raise NotFound
    form = CITING[name]
    reference = queries.paper_reference(by=request.user, slug=slug, address=paper)
    response = HttpResponse(form.render([reference]), content_type=form.content_type)
    response["Content-Disposition"] = f'attachment; filename="{paper.replace("/", "-")}.{form.suffix}"'
    return response


@require_safe
def talk_file(request: Request, slug: str, paper: str, name: str) -> HttpResponse:
    """Give what was said about the paper: to print, or in a form for other programs."""
    if name not in {"html", *EXPORTS}:
        raise NotFound
    sheet = queries.talk_sheet(by=request.user, slug=slug, address=paper)
    if name == "html":
        return render(request, "discussion/print.html", {"sheet": sheet})
    response = HttpResponse(EXPORTS[name].render(sheet), content_type=EXPORTS[name].content_type)
    response["Content-Disposition"] = f'attachment; filename="discussion-{paper.replace("/", "-")}.{name}"'
    return response


def paper_context(
    request: Request,
    slug: str,
    paper: str,
    *,
    form: CommentForm | None = None,
    change: EditForm | None = None,
    written: int | None = None,
) -> dict[str, Any]:
    """Gather what a paper's page and its parts show.

    `form` is a comment to correct, `change` one of what a comment says, `written` the comment that gets the focus.
    """
    page = queries.paper_page(by=request.user, slug=slug, address=paper)
    place = came_from(request, below=reverse("meetings:week", args=[slug]), views=LISTS)
    own = reverse("discussion:paper", args=[slug, page.row.address])
    return {
        "page": page,
        "row": page.row,
        "paper": page.row.paper,
        "group": page.membership.group,
        "membership": page.membership,
        "form": form,
        "form_label": form.cleaned_data.get("label", "") if form else "",
        "form_thread": page.talk.thread_with(form.cleaned_data.get("parent")) if form else None,
        "change": change,
        "changing": change.cleaned_data.get("comment") if change else None,
        "is_stale": False,
        "preview": "",
        "other_draft": "",
        "written": written,
        "new_key": uuid4,
        "place": place,
        "to_here": way_back(request) or (f"{own}?{urlencode({'from': place.sent})}" if place else own),
        "citing": CITING.values(),
        "talk_files": EXPORTS.values(),
    }
