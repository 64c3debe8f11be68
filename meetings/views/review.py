"""An agenda before it goes out: whom it reaches, what they read, and how it looks in each form."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.answers import Request
from core.errors import NotFound
from meetings import queries
from meetings.exports.print_page import AUTHORS_PRINTED
from meetings.exports.registry import EXPORTS
from meetings.forms import ReaderForm

# The tabs: the name in the address, the words, and the export that is drawn, where it is one.
FORMS = {
    "page": ("Page", ""),
    "mail": ("Mail", ""),
    "print": ("Print", "html"),
    "markdown": ("Markdown", "md"),
    "csv": ("Table (CSV)", "csv"),
    "ics": ("Calendar (ICS)", "ics"),
}
DRAWN_AS_TEXT = ("markdown", "csv", "ics")


@require_safe
def review(request: Request, slug: str, day: str) -> HttpResponse:
    """Show an organiser what goes out, and to whom; one button sends it."""
    return render(request, "meetings/review.html", review_context(request, slug, day))


def review_context(request: Request, slug: str, day: str, **more: Any) -> dict[str, Any]:
    """Gather what is shown before an agenda goes out."""
    form = ReaderForm(request.GET)
    reader = form.cleaned_data["reader"] if form.is_valid() else None
    page = queries.review_page(by=request.user, slug=slug, meeting_slug=day, reader=reader)
    group = {"group": page.membership.group, "membership": page.membership}
    return {"page": page, "meeting": page.meeting, **group, **more}


@require_safe
def preview(request: Request, slug: str, day: str, form: str) -> HttpResponse:
    """Show the agenda in one of its forms, with a tab for each."""
    page = queries.preview_page(by=request.user, slug=slug, meeting_slug=day, is_mail=form == "mail")
    if form not in FORMS:
        raise NotFound
    shown, name = FORMS[form]
    text = EXPORTS[name].render(page.sheet).decode("utf-8-sig") if page.sheet and form in DRAWN_AS_TEXT else ""
    context = {
        "page": page,
        "meeting": page.meeting,
        "group": page.membership.group,
        "membership": page.membership,
        "form": form,
        "shown": shown,
        "text": text,
        "export": EXPORTS.get(name),
        "authors_printed": AUTHORS_PRINTED,
        "tabs": [
            (words, reverse("meetings:preview", args=[slug, day, other]), None, other == form)
            for other, (words, _) in FORMS.items()
        ],
    }
    return render(request, "meetings/preview.html", context)
