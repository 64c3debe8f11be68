"""What members write about a paper."""

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core import limits
from core.answers import Request, Undo, answer, page_or_part, way_back
from core.errors import Conflict, Invalid
from discussion import actions, queries
from discussion.forms import CommentForm, DeletedForm, EditForm, ReadForm
from discussion.views.papers import paper_context


@require_safe
def talk(request: Request, slug: str) -> HttpResponse:
    """Show what was said last in the group; beside another page, by htmx, the very last of it."""
    count = limits.TALK_BESIDE if request.htmx else limits.TALK_ROWS
    talk = queries.latest_talk(by=request.user, slug=slug, count=count)
    context = {"talk": talk, "group": talk.membership.group, "membership": talk.membership}
    return page_or_part(request, page="discussion/talk.html", part="discussion/_talk.html", context=context)


@require_POST
def comments(request: Request, slug: str, paper: str) -> HttpResponse:
    """Write a comment, or with `parent` a reply; answers with the discussion as it stands now."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _once_more(request, slug, paper, form)
    try:
        written = actions.add_comment(by=request.user, slug=slug, address=paper, **form.cleaned_data)
    except (Conflict, Invalid) as error:
        form.add_error("text", error.sentence)
        return _once_more(request, slug, paper, form)
    context = paper_context(request, slug, paper, written=written.pk) if request.htmx else {}
    return answer(
        request,
        part="discussion/_discussion.html",
        context=context,
        to=f"{way_back(request, 'discussion:paper', slug, paper)}#c{written.pk}",
        said="Summary saved." if written.label else "Reply saved." if written.parent_id else "Comment saved.",
    )


@require_POST
def edited(request: Request, slug: str, paper: str) -> HttpResponse:
    """Change what a comment says; answers with the discussion, or with both texts when someone was faster."""
    form = EditForm(request.POST)
    if not form.is_valid():
        return _change_again(request, slug, paper, form, "The form did not arrive whole. Your text is kept.", 422)
    try:
        changed = actions.change_comment(by=request.user, slug=slug, address=paper, **form.cleaned_data)
    except (Conflict, Invalid) as error:
        return _change_again(request, slug, paper, form, error.sentence, error.status)
    context = paper_context(request, slug, paper, written=changed.pk) if request.htmx else {}
    to = f"{way_back(request, 'discussion:paper', slug, paper)}#c{changed.pk}"
    return answer(request, part="discussion/_discussion.html", context=context, to=to, said="Change saved.")


@require_safe
def history(request: Request, slug: str, paper: str, pk: int) -> HttpResponse:
    """Show what a comment said before each of its changes."""
    page = queries.history_of(by=request.user, slug=slug, address=paper, comment=pk)
    context = {"page": page, "group": page.membership.group, "membership": page.membership}
    return render(request, "discussion/history.html", context)


@require_safe
def removed(request: Request, slug: str) -> HttpResponse:
    """Show the deleted comments that the member can bring back."""
    page = queries.removed_page(by=request.user, slug=slug)
    context = {"page": page, "group": page.membership.group, "membership": page.membership}
    return render(request, "discussion/removed.html", context)


@require_POST
def deleted(request: Request, slug: str, paper: str) -> HttpResponse:
    """Set whether a comment is deleted; answers with the discussion as it stands now."""
    form = DeletedForm(request.POST)
    if not form.is_valid():
        raise Invalid("This names no comment. Reload the page and try again.")
    comment, on = form.cleaned_data["comment"], form.cleaned_data["state"] == "on"
    actions.set_deleted(by=request.user, slug=slug, address=paper, comment=comment, deleted=on)
    done = "Comment deleted." if on else "Comment brought back."
    sends = {"state": "off", "comment": comment}
    undo = Undo(done=done, to=request.path, sends=sends, fills="discussion", heir=f"c{comment}") if on else None
    context = paper_context(request, slug, paper) if request.htmx else {}
    to = f"{way_back(request, 'discussion:paper', slug, paper)}#discussion"
    return answer(request, part="discussion/_discussion.html", context=context, to=to, said=done, undo=undo)


@require_POST
def read(request: Request, slug: str, paper: str) -> HttpResponse:
    """Set how far the member has read the discussion; the page tells it by htmx, a button without.

    A change, so no GET: browsers and mail programs fetch pages that nobody has seen.
    """
    form = ReadForm(request.POST)
    if not form.is_valid():
        raise Invalid("This names no comment. Reload the page and try again.")
    membership = actions.set_read(by=request.user, slug=slug, address=paper, **form.cleaned_data)
    if request.htmx:  # what was there to undo stays
        return render(request, "discussion/_read.html", {"membership": membership})
    return redirect(f"{way_back(request, 'discussion:paper', slug, paper)}#discussion")


def _once_more(request: Request, slug: str, paper: str, form: CommentForm) -> HttpResponse:
    """Show the form again with its text, its error and a new key."""
    if "text" not in form.errors:
        form.add_error("text", "The form did not arrive whole. Your text is kept: send it again.")
    name = "discussion/_discussion.html" if request.htmx else "discussion/paper.html"
    return render(request, name, paper_context(request, slug, paper, form=form), status=422)


def _change_again(request: Request, slug: str, paper: str, form: EditForm, sentence: str, status: int) -> HttpResponse:
    """Show a change again with its text; as a new comment, when what it was to change is not there any more."""
    if "text" not in form.errors:
        form.add_error("text", sentence)
    context = paper_context(request, slug, paper, change=form)
    if not any(one.pk == context["changing"] and not one.deleted_at for one in context["page"].talk.shown):
        kept = CommentForm({"text": form.data.get("text", ""), "key": str(uuid4())})
        kept.full_clean()
        kept.add_error("text", form.errors["text"][0])
        context = paper_context(request, slug, paper, form=kept)
    name = "discussion/_discussion.html" if request.htmx else "discussion/paper.html"
    return render(request, name, context | {"is_stale": status == 409}, status=status)
