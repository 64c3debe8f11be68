"""A group's settings: small forms that each save on their own."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.answers import Request, answer
from core.categories import categories_by_archive
from core.errors import NotFound
from groups import actions, queries
from groups.forms import (
    AgendaForm,
    DeletionForm,
    GeneralForm,
    MarksForm,
    PlaceForm,
    ReadingForm,
    RolesForm,
    ScheduleForm,
    SecrecyForm,
    TalkForm,
    VotingForm,
)

# The fields of each form are named as the group's columns.
SECTIONS: dict[str, tuple[str, type[forms.Form]]] = {
    "general": ("Name and time zone", GeneralForm),
    "schedule": ("Regular meeting", ScheduleForm),
    "place": ("Where you meet", PlaceForm),
    "voting": ("Voting and agenda", VotingForm),
    "agenda": ("How the agenda is made", AgendaForm),
    "secrecy": ("Who sees the votes", SecrecyForm),
    "roles": ("How you discuss a paper", RolesForm),
    "talk": ("How you talk", TalkForm),
    "reading": ("What you read", ReadingForm),
    "marks": ("What is marked in lists", MarksForm),
}


@dataclass(frozen=True, slots=True)
class Section:
    """One form of the page; `said` stands beside its button after saving."""

    name: str
    heading: str
    form: forms.Form
    said: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request, slug: str) -> HttpResponse:
    """Show the settings to an organiser; save the section that was sent."""
    context = _context(request, slug)
    if request.method == "POST":
        return _save(request, context)
    said = {message.extra_tags: message.message for message in messages.get_messages(request)}
    sections = [_section(name, context["group"], said=said.get(name, "")) for name in SECTIONS]
    return render(request, "groups/settings.html", context | {"sections": sections})


def _context(request: Request, slug: str) -> dict[str, Any]:
    page = queries.settings_page(by=request.user, slug=slug)
    return {
        "membership": page.membership,
        "group": page.membership.group,
        "category_states": page.category_states,
        "troubled_rooms": page.troubled_rooms,
        "archives": categories_by_archive(),
        "deletion_form": DeletionForm(),
    }


def _save(request: Request, context: dict[str, Any]) -> HttpResponse:
    group = context["group"]
    name = request.POST.get("section", "")
    if name not in SECTIONS:
        raise NotFound
    section = _section(name, group, data=request.POST)
    if not section.form.is_valid():
        return _not_saved(request, context, section)
    changed = actions.change_settings(by=request.user, slug=group.slug, changes=section.form.cleaned_data)
    said = " ".join(filter(None, ["Saved.", changed.sentence]))
    if not request.htmx:
        messages.success(request, said, extra_tags=name)
    return answer(
        request,
        part="groups/_section.html",
        context=_context(request, group.slug) | {"section": Section(name, section.heading, section.form, said)},
        to=f"{reverse('groups:settings', args=[group.slug])}#{name}",
        said=said,
    )


def _not_saved(request: Request, context: dict[str, Any], section: Section) -> HttpResponse:
    if request.htmx:
        return render(request, "groups/_section.html", context | {"section": section}, status=422)
    sections = [section if name == section.name else _section(name, context["group"]) for name in SECTIONS]
    return render(request, "groups/settings.html", context | {"sections": sections}, status=422)


def _section(name: str, group: Any, *, data: Any = None, said: str = "") -> Section:
    heading, form_class = SECTIONS[name]
    initial = {field: getattr(group, field) for field in form_class.base_fields if hasattr(group, field)}
    return Section(name, heading, form_class(data, initial=initial, auto_id=f"{name}_%s"), said)
