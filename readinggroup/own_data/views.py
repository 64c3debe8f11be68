"""Take one's data out, and go."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import GoingForm
from core.answers import Request
from core.clock import now
from readinggroup.own_data import actions, queries


@require_safe
def data(request: Request) -> HttpResponse:
    """Show what can be done with one's data."""
    return render(request, "accounts/data.html", {"form": GoingForm(address=request.user.email)})


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def download(request: Request) -> HttpResponse:
    """Give all that the server knows of the person."""
    response = HttpResponse(queries.own_data(by=request.user), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="reading-group-my-data-{now():%Y-%m-%d}.zip"'
    return response


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def deletion(request: Request) -> HttpResponse:
    """Let the account go after a week, or keep it (`state`)."""
    form = GoingForm(request.POST, address=request.user.email)
    if not form.is_valid():
        return render(request, "accounts/data.html", {"form": form}, status=422)
    if form.cleaned_data["state"] == "off":
        actions.keep_account(by=request.user)
        messages.success(request, "Your account stays, as it was.")
    else:
        actions.ask_deletion(by=request.user, keep_comments=form.cleaned_data["comments"] == "keep")
    return redirect("own_data")
