"""Links that invite people: made and revoked by organisers, opened by anyone who has one."""

from allauth.account.forms import SignupForm
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from core import limits
from core.answers import Request, answer
from core.errors import Invalid, NotFound, TooMany
from groups import actions, queries
from groups.forms import InvitationForm, MailForm, RevokeForm


@require_POST
def invite(request: Request, slug: str) -> HttpResponse:
    """Make an invitation and show its link, this once."""
    form = InvitationForm(request.POST, roles=queries.INVITED_ROLES)
    if not form.is_valid():
        page = queries.settings_page(by=request.user, slug=slug)
        membership = page.membership
        context = {"membership": membership, "group": membership.group, "invitation_form": form, "invited": None}
        return _page_or_part(request, context, status=422)
    invited = actions.invite(by=request.user, slug=slug, **form.cleaned_data)
    context = {
        "membership": invited.membership,
        "group": invited.membership.group,
        "invitation_form": InvitationForm(roles=queries.INVITED_ROLES),
        "invited": invited,
        "link": settings.SITE_URL + reverse("groups:join", args=[invited.token]),
    }
    return _page_or_part(request, context)


def _page_or_part(request: Request, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    name = "groups/_invite.html" if request.htmx else "groups/invited.html"
    return render(request, name, context, status=status)


@require_POST
def invite_by_mail(request: Request, slug: str) -> HttpResponse:
    """Mail people a link of their own each."""
    form = MailForm(request.POST, roles=queries.INVITED_ROLES)
    if not form.is_valid():
        page = queries.settings_page(by=request.user, slug=slug)
        context = {"membership": page.membership, "group": page.membership.group, "mail_form": form}
        return render(request, "groups/invited_by_mail.html", context, status=422)
    mailed = actions.invite_by_mail(by=request.user, slug=slug, **form.cleaned_data)
    (messages.warning if mailed.failed else messages.success)(request, mailed.sentence)
    return redirect("groups:members", slug=slug)


@require_POST
def revoke(request: Request, slug: str, pk: int) -> HttpResponse:
    """End an invitation at once."""
    if not RevokeForm(request.POST).is_valid():
        raise Invalid("An invitation can only be revoked.")
    actions.revoke(by=request.user, slug=slug, pk=pk)
    said = "The link no longer works."
    if not request.htmx:
        messages.success(request, said)
    to = reverse("groups:members", args=[slug])
    return answer(request, part="groups/_revoked.html", context={"said": said}, to=to, said=said)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: Request, token: str) -> HttpResponse:
    """Show what the invitation is for; join by POST. Looking at it uses nothing up."""
    try:
        response = _join(request, token) if request.method == "POST" else _invitation(request, token)
    except NotFound:
        _refuse_guessers(request)
        response = render(request, "groups/join_gone.html", status=404)
    # Never the path, which is the secret, to anyone. Not "no-referrer": then the browser would send the page's forms
    # with "Origin: null", and the CSRF check would refuse them.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _join(request: Request, token: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    membership = actions.join(by=request.user, token=token)
    messages.success(request, SafeString(render_to_string("groups/_welcome.html", {"membership": membership}, request)))
    return redirect("meetings:week", slug=membership.group.slug)


def _invitation(request: Request, token: str) -> HttpResponse:
    page = queries.join_page(by=request.user, token=token)
    if page.is_member:
        return redirect("meetings:week", slug=page.group.slug)
    may_sign_up = settings.SIGNUP_OPEN and not request.user.is_authenticated
    context = {"page": page, "signup_form": SignupForm() if may_sign_up else None}
    return render(request, "groups/join.html", context)


def _refuse_guessers(request: Request) -> None:
    """Count a wrong link; whoever sends many of them is told to wait."""
    rate = {"join": limits.INVITATION_GUESSES}
    if not ratelimit.consume(request, app="groups", action="join", config=rate, limit_get=True):
        raise TooMany("Too many wrong invitation links came from your network. Try again in a minute.")
