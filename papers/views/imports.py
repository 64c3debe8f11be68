"""One page for an import, which follows it through its states: progress, dry run, report."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.answers import Request, announcement, answer, page_or_part
from core.errors import Invalid
from core.tables import csv_table
from papers import actions, queries
from papers.forms import ColumnsForm, MendForm, ReviewForm, UploadForm


@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """Show an import: how far it is, what it would bring, or what it brought."""
    page = queries.import_page(by=request.user, pk=pk)
    return page_or_part(request, page="papers/import.html", part="papers/_import.html", context=_context(page))


@require_safe
def progress(request: Request, pk: int) -> HttpResponse:
    """Answer a poll: the page's body when it changed since the version `seen`, else nothing (204)."""
    page = queries.import_page(by=request.user, pk=pk)
    seen = request.GET.get("seen", "")
    if not request.htmx:
        return redirect("papers:import", pk)
    if seen == page.version:
        return HttpResponse(status=204)
    response = render(request, "papers/_import.html", _context(page))
    response.write(announcement(page.news_since(seen)))
    return response


@require_POST
def answer_review(request: Request, pk: int) -> HttpResponse:
    """Keep what the person corrects, and show the dry run with it."""
    return _decide(request, pk, is_final=False)


@require_POST
def publish(request: Request, pk: int) -> HttpResponse:
    """Import what the dry run showed."""
    return _decide(request, pk, is_final=True)


def _decide(request: Request, pk: int, *, is_final: bool) -> HttpResponse:
    decide = actions.request_publish if is_final else actions.answer
    said = "" if is_final else "The dry run shows your answers. Nothing is imported yet."
    form = ReviewForm(request.POST)
    try:
        if form.is_valid():
            answers = actions.Answers(**form.cleaned_data) if form.is_filled_in else None
            decide(by=request.user, pk=pk, answers=answers)
            return _moved_on(request, pk, said)
    except Invalid as error:
        form.add_error(error.field, error.sentence)
    page = queries.import_page(by=request.user, pk=pk)
    context = _context(page, form)
    return page_or_part(request, page="papers/import.html", part="papers/_import.html", context=context, status=422)


@require_POST
def choose_columns(request: Request, pk: int) -> HttpResponse:
    """Read a table again with other columns."""
    form = ColumnsForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose a column for each line, or none. Nothing was changed.")
    actions.choose_columns(by=request.user, pk=pk, columns=form.cleaned_data)
    return _moved_on(request, pk)


@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    """Import nothing of it."""
    actions.cancel(by=request.user, pk=pk)
    return _moved_on(request, pk)


@require_POST
def retry(request: Request, pk: int) -> HttpResponse:
    """Read again what failed or was set aside."""
    actions.retry(by=request.user, pk=pk)
    return _moved_on(request, pk)


@require_safe
def problems(request: Request, pk: int) -> HttpResponse:
    """Hand out every problem of an import as a table."""
    rows = queries.problems_of(by=request.user, pk=pk)
    table = csv_table(
        ("line", "entry", "reason", "text"), [(row.line, row.position, row.reason, row.text) for row in rows]
    )
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{pk}-problems.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: Request, pk: int, problem: int) -> HttpResponse:
    """Show one entry that could not be read, and read it again from what the person makes of it."""
    page = queries.problem_page(by=request.user, pk=pk, problem=problem)
    form = MendForm(request.POST if request.method == "POST" else None, initial={"text": page.received})
    if request.method == "POST" and form.is_valid():
        try:
            actions.mend(by=request.user, pk=pk, problem=problem, text=form.cleaned_data["text"])
        except Invalid as error:
            form.add_error(error.field, error.sentence)
        else:
            where = f"Entry {page.problem.position}" if page.problem.position else "The entry"
            messages.success(request, f"{where} could be read now, and is taken in at its place.")
            return redirect("papers:import", pk)
    status = 422 if form.errors else 200
    return render(request, "papers/problem.html", {"page": page, "form": form}, status=status)


def _moved_on(request: Request, pk: int, said: str = "") -> HttpResponse:
    page = queries.import_page(by=request.user, pk=pk)
    to = reverse("papers:import", args=[pk])
    return answer(request, part="papers/_import.html", context=_context(page), to=to, said=said or page.news)


def _context(page: queries.ImportPage, form: ReviewForm | None = None) -> dict[str, Any]:
    form = form or ReviewForm(initial=page.review.answers if page.review else {})
    if page.review:
        form.explain(page.review.hints)
    return {"page": page, "batch": page.batch, "form": form, "drop": UploadForm.blank()}
