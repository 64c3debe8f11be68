"""Two members swap what they present: a question and its answer, each one press."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.answers import Request, Undo, offer, way_back
from core.errors import Invalid
from meetings import actions
from meetings.forms import SwapForm, SwapStateForm

DONE = {
    "accepted": "Swapped.",
    "declined": "Declined. Everything stays as it is.",
    "withdrawn": "Taken back.",
    "asked": "Taken back: nobody has swapped.",
}


@require_POST
def ask(request: Request, slug: str, day: str, pk: int) -> HttpResponse:
    """Ask a member to swap."""
    form = SwapForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose with whom you would like to swap.", field="other")
    swap = actions.ask_swap(by=request.user, slug=slug, meeting=day, pk=pk, **form.cleaned_data)
    messages.success(request, f"{swap.member.name} is asked. Nothing changes until they accept.")
    return redirect(f"{reverse('meetings:meeting', args=[slug, day])}#item-{pk}")


@require_POST
def answer(request: Request, slug: str, pk: int) -> HttpResponse:
    """Accept, decline or take back; each with a way back."""
    form = SwapStateForm(request.POST)
    if not form.is_valid():
        raise Invalid("A swap is accepted, declined or taken back.")
    state = form.cleaned_data["state"]
    actions.set_swap(by=request.user, slug=slug, pk=pk, state=state)
    to = way_back(request, "meetings:meetings", slug)
    if state == "asked":
        messages.success(request, DONE[state])
    address = reverse("meetings:swap", args=[slug, pk])
    offer(request, Undo(done=DONE[state], to=address, sends={"state": "asked", "next": to}))
    return redirect(to)
