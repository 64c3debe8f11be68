"""What every page shows that only an app above the page's own knows."""

from typing import Any

from django.http import HttpRequest
from jinja2 import Environment

from core import jinja
from core.keeping import version_of
from discussion.queries import unread_counts
from groups.models import Membership


def environment(**options: Any) -> Environment:
    """Build the environment of `core.jinja`, and let the header ask how much is unread."""
    environment = jinja.environment(**options)
    environment.globals.update(unread_for=_unread_for)
    return environment


def _unread_for(request: HttpRequest, membership: Membership) -> int:
    """Count the comments that are new to a member, in one statement, or none when it is known already."""
    return sum(unread_counts(membership, version_of(request)).values())
