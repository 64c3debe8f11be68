"""A group for one's own calendar and feed reader, by a secret address and without a log-in."""

import hashlib

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from core import limits
from core.answers import Request
from core.errors import NotFound, TooMany
from meetings import queries
from meetings.exports import calendar_event
from meetings.exports import news as news_export


@require_safe
def calendar(request: Request, token: str) -> HttpResponse:
    """Give the group's meetings, and what the member presents, as a calendar to subscribe to."""
    try:
        feed = queries.calendar_feed(by=request.user, token=token)
    except NotFound:
        _refuse_guessers(request)
        raise
    content = calendar_event.render_all(feed.name, feed.sheets, feed.duties)
    return _unless_known(request, content, content_type="text/calendar; charset=utf-8")


@require_safe
def news(request: Request, token: str) -> HttpResponse:
    """Give the group's agendas and latest comments as an Atom feed."""
    try:
        feed = queries.news_feed(by=request.user, token=token)
    except NotFound:
        _refuse_guessers(request)
        raise
    address = settings.SITE_URL + request.path
    content = news_export.render(uid=feed.uid, title=feed.title, page=feed.page, address=address, entries=feed.entries)
    return _unless_known(request, content, content_type="application/atom+xml; charset=utf-8")


def _unless_known(request: Request, content: bytes, *, content_type: str) -> HttpResponse:
    """Answer with the content, or by 304 when the program that asks names it as what it has."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    made = HttpResponse(content, content_type=content_type, headers={"ETag": etag})
    response = get_conditional_response(request, etag=etag, response=made) or made
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _refuse_guessers(request: Request) -> None:
    """Count a wrong address; whoever sends many of them is told to wait."""
    rate = {"feed": limits.FEED_GUESSES}
    if not ratelimit.consume(request, app="meetings", action="feed", config=rate, limit_get=True):
        raise TooMany("Too many wrong feed addresses came from your network. Try again in a minute.")
