"""A group's own form of its agendas in Markdown."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.answers import Request, Undo, offer
from core.errors import Invalid
from meetings import actions, queries
from meetings.exports.markdown import STANDARD, TemplateProblem, drawn
from meetings.forms import TemplateForm


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: Request, slug: str) -> HttpResponse:
    """Show the form with what it draws; try, save or drop another one."""
    page = queries.template_page(by=request.user, slug=slug)
    form = TemplateForm(request.POST or None, initial={"source": page.source or STANDARD})
    if request.method == "POST" and "reset" in request.POST:
        return _reset(request, slug)
    if request.method == "POST" and form.is_valid() and "save" in request.POST and _save(request, slug, form):
        return redirect("meetings:template", slug=slug)
    tried = form.cleaned_data["source"] if form.is_bound and form.is_valid() else page.source or STANDARD
    preview = _preview(tried, page, form)
    context = {"page": page, "form": form, "preview": preview}
    group = {"group": page.membership.group, "membership": page.membership}
    return render(request, "meetings/template.html", context | group, status=422 if form.errors else 200)


def _reset(request: Request, slug: str) -> HttpResponse:
    source = actions.reset_template(by=request.user, slug=slug)
    if source:
        sends = {"save": "1", "source": source}
        offer(request, Undo(done="Agendas have the standard form again.", to=request.path, sends=sends))
    return redirect("meetings:template", slug=slug)


def _save(request: Request, slug: str, form: TemplateForm) -> bool:
    """Save the template; tell False, with the reason in the form, when it cannot be drawn."""
    try:
        actions.save_template(by=request.user, slug=slug, source=form.cleaned_data["source"])
    except Invalid as error:
        form.add_error(error.field, error.sentence)
        return False
    messages.success(request, "Saved. agenda.md has this form now.")
    return True


def _preview(source: Any, page: queries.TemplatePage, form: TemplateForm) -> str:
    """Return what the template draws; what is wrong with it goes to the form, once."""
    try:
        return drawn(source, page.sheet)
    except TemplateProblem as problem:
        if form.is_bound and not form.errors:
            form.add_error("source", str(problem))
        return "" if form.is_bound else str(problem)
