"""What came in so far, and what is taken back of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.answers import Request, way_back
from core.errors import Invalid
from papers import actions, queries
from papers.forms import ListingStateForm, PlaceForm, UploadForm

SAID = {
    "shown": "{} is shown again to every group that follows it.",
    "hidden": "{} is hidden: it is left out of every day, and what groups did with its papers stays.",
    "withdrawn": "{} is withdrawn, as if it had never come in. You can bring it back, or upload it again.",
}


@require_safe
def history(request: Request) -> HttpResponse:
    """Show the listings by day and the imports, newest first."""
    form = PlaceForm(request.GET)
    place = form.cleaned_data if form.is_valid() else {}
    page = queries.history_page(by=request.user, before=place.get("before"), until=place.get("until"))
    return render(request, "papers/listings.html", {"page": page, "drop": UploadForm.blank()})


@require_POST
def set_state(request: Request, pk: int) -> HttpResponse:
    """Withdraw, hide or show a listing; one that groups use is hidden instead of withdrawn, if at all."""
    form = ListingStateForm(request.POST)
    if not form.is_valid():
        raise Invalid("A listing is shown, hidden or withdrawn. Nothing was changed.")
    back = way_back(request, "papers:listings")
    try:
        listing = actions.set_listing_state(by=request.user, pk=pk, state=form.cleaned_data["state"])
    except actions.InUse as refusal:
        context = {"sentence": refusal.sentence, "listing": refusal.listing, "back": back}
        return render(request, "papers/listing_in_use.html", context, status=409)
    messages.success(request, SAID[listing.state].format(listing.name))
    return redirect(back)
