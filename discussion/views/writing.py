"""What helps while one writes: a preview, and drafts."""

from uuid import uuid4

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core.answers import Request, way_back
from core.errors import Invalid
from discussion import actions, queries
from discussion.forms import CommentForm, DraftForm, PreviewForm
from discussion.views.papers import paper_context


@require_POST
def preview(request: Request, slug: str, paper: str) -> HttpResponse:
    """Show what a comment would look like: beside its text, without htmx on the paper's page."""
    form = PreviewForm(request.POST)
    if not form.is_valid():
        raise Invalid(_first_error(form))
    html = queries.preview(by=request.user, slug=slug, address=paper, text=form.cleaned_data["text"])
    if request.htmx:
        return render(request, "discussion/_preview.html", {"preview": html})
    context = paper_context(request, slug, paper, form=_as_comment(request))
    return render(request, "discussion/paper.html", context | {"preview": html})


@require_POST
def draft(request: Request, slug: str, paper: str) -> HttpResponse:
    """Save what is being written; a script gets its version, or what was saved elsewhere meanwhile."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        raise Invalid(_first_error(form))
    try:
        saved = actions.save_draft(by=request.user, slug=slug, address=paper, **form.cleaned_data)
    except actions.DraftConflict as conflict:
        if request.htmx:
            return JsonResponse({"version": conflict.draft.version, "text": conflict.draft.text}, status=409)
        both = _as_comment(request)
        both.add_error("text", conflict.sentence)
        context = paper_context(request, slug, paper, form=both) | {"other_draft": conflict.draft.text}
        return render(request, "discussion/paper.html", context, status=409)
    if request.htmx:
        return JsonResponse({"version": saved.version})
    return redirect(f"{way_back(request, 'discussion:paper', slug, paper)}#discussion")


def _as_comment(request: Request) -> CommentForm:
    """Return what was sent as the form that it came from, with a new key."""
    form = CommentForm({**request.POST.dict(), "key": str(uuid4())})
    form.full_clean()
    form.errors.pop("text", None)  # an empty text can be kept and looked at
    return form


def _first_error(form: PreviewForm) -> str:
    return str(form.errors["text"][0]) if "text" in form.errors else "The form did not arrive whole. Send it again."
