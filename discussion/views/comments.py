"""What members write about a paper."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.answers import Request, answer
from discussion import actions
from discussion.forms import CommentForm
from discussion.views.papers import paper_context


@require_POST
def comments(request: Request, slug: str, paper: str) -> HttpResponse:
    """Write a comment, or with `parent` a reply; answers with the discussion as it stands now."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        name = "discussion/_discussion.html" if request.htmx else "discussion/paper.html"
        return render(request, name, paper_context(request, slug, paper, form=form), status=422)
    written = actions.add_comment(by=request.user, slug=slug, address=paper, **form.cleaned_data)
    context = paper_context(request, slug, paper, written=written.pk) if request.htmx else {}
    return answer(
        request,
        part="discussion/_discussion.html",
        context=context,
        to=f"{reverse('discussion:paper', args=[slug, paper])}#c{written.pk}",
        said="Comment saved.",
    )
