"""Listings go in: the form, and a page of what became of several files."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.answers import Request, announcement
from core.errors import Invalid, NotFound
from papers import actions, queries
from papers.forms import Upload, UploadForm

SENDINGS_KEPT = 5  # in the session, so that their pages survive a reload


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: Request) -> HttpResponse:
    """Show the form; take listings in and go to the import, or to the page of all when there are several."""
    formats = queries.formats_read(by=request.user)
    if request.method == "POST":
        return _receive(request, formats)
    return render(request, "papers/upload.html", {"form": UploadForm.blank(), "formats": formats})


def _receive(request: Request, formats: list[str]) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    context: dict[str, Any] = {"form": form, "formats": formats}
    if not form.is_valid():
        return render(request, "papers/upload.html", context, status=422)
    sent = form.upload()
    outcomes = actions.receive_all(by=request.user, files=sent.files, kind=sent.kind, key=sent.key)
    if len(outcomes) > 1:
        return _keep(request, sent, outcomes)
    only = outcomes[0]
    if isinstance(only.refused, Invalid):
        form.add_error("text" if sent.kind == "paste" else "file", only.refused.sentence)
        return render(request, "papers/upload.html", context, status=422)
    if only.received is None:
        raise only.refused or NotFound
    if only.received.already:
        return render(request, "papers/upload.html", context | {"received": only.received}, status=409)
    return redirect("papers:import", only.received.batch.pk)


def _keep(request: Request, sent: Upload, outcomes: list[actions.Outcome]) -> HttpResponse:
    """Note down in the session what became of the files: what was refused stands nowhere else."""
    kept = request.session.get("sendings", {})
    kept.pop(str(sent.key), None)
    kept[str(sent.key)] = [
        {
            "name": each.name,
            "pk": each.received.batch.pk if each.received else None,
            "said": each.refused.sentence if each.refused else each.received.already if each.received else "",
        }
        for each in outcomes
    ]
    request.session["sendings"] = dict(list(kept.items())[-SENDINGS_KEPT:])
    return redirect("papers:sending", sent.key)


@require_safe
def sending(request: Request, key: UUID) -> HttpResponse:
    """Show what became of several files, and how far their imports are; 204 for a poll when nothing moved."""
    files = request.session.get("sendings", {}).get(str(key))
    page = queries.sending_page(by=request.user, files=files or [])
    if not files:
        raise NotFound
    context = {"page": page, "key": key, "drop": UploadForm.blank()}
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "papers/sending.html", context)
    if request.GET.get("seen") == page.version:
        return HttpResponse(status=204)
    response = render(request, "papers/_sending.html", context)
    response.write(announcement(page.news))
    return response
