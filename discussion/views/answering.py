"""Answering from the mail that asks to present."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.answers import Request
from core.errors import NotFound
from discussion import actions, queries


@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: Request, token: str, wish: str) -> HttpResponse:
    """Ask whether this is the answer; a POST gives it. Looking at it changes nothing: programs look at links, too."""
    if wish not in queries.WISHES:
        raise NotFound
    if request.method == "POST":
        actions.answer_by_link(by=request.user, token=token, accept=wish == "yes")
        response: HttpResponse = redirect("answer_by_link", token, wish)
    else:
        page = queries.answer_page(token, by=request.user)
        context = {"page": page, "wish": wish, "wishes": queries.WISHES, "token": token}
        status = 200 if page.is_open or page.is_answered or page.is_archived else 410
        response = render(request, "discussion/answer.html", context, status=status)
    response["Referrer-Policy"] = "strict-origin"  # never the path, which is the right itself, to anyone
    return response
