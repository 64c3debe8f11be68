"""What the group has discussed, to look through and to take away."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import limits
from core.answers import Request
from core.citing import CITING
from core.errors import NotFound
from core.tables import csv_table
from meetings import queries
from meetings.forms import ArchiveForm

FILES = {"csv": "Table (CSV)", "json": "JSON", **{name: form.label for name, form in CITING.items()}}


@require_safe
def archive(request: Request, slug: str) -> HttpResponse:
    """Show the closed meetings; the address filters, `?before=` goes on from a meeting."""
    before = request.GET.get("before", "").replace("\0", "")
    form = ArchiveForm(request.GET, auto_id="archive_%s")
    page = queries.archive_page(by=request.user, slug=slug, wanted=_wanted(request, form), before=before)
    context = {"page": page, "group": page.membership.group, "membership": page.membership, "form": form}
    return render(request, "meetings/archive.html", {**context, "files": FILES}, status=200 if form.is_valid() else 422)


@require_safe
def archive_file(request: Request, slug: str, name: str) -> HttpResponse:
    """Give the papers that were discussed, filtered as the page is, as references or as a table."""
    wanted = _wanted(request, ArchiveForm(request.GET))
    suffix = CITING[name].suffix if name in CITING else name
    if name in CITING:
        references = queries.archive_references(by=request.user, slug=slug, wanted=wanted)
        response = HttpResponse(CITING[name].render(references), content_type=CITING[name].content_type)
    else:
        rows = queries.archive_table(by=request.user, slug=slug, wanted=wanted)
        response = _table(name, rows)
    response["Content-Disposition"] = f'attachment; filename="archive-{slug}.{suffix}"'
    return response


def _table(name: str, rows: list[dict[str, str | int]]) -> HttpResponse:
    if name == "json":
        return JsonResponse({"papers": rows})
    if name == "csv":
        table = csv_table(
            queries.ARCHIVE_COLUMNS, [[row[column] for column in queries.ARCHIVE_COLUMNS] for row in rows]
        )
        return HttpResponse(table, content_type="text/csv; charset=utf-8; header=present")
    raise NotFound


def _wanted(request: Request, form: ArchiveForm) -> queries.ArchiveFilter:
    """Read what the address chooses; what is no number, or no day, chooses nothing."""
    form.is_valid()
    sent = request.GET
    return queries.ArchiveFilter(
        presenter=_number(sent.get("presenter", "")),
        category=sent.get("category", "").replace("\0", "")[: limits.CATEGORY_CHARS],
        year=_number(sent.get("year", "")),
        term=sent.get("term", "")[:10],
        since=form.cleaned_data.get("since"),
        until=form.cleaned_data.get("until"),
        has_summary="summary" in sent,
    )


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
