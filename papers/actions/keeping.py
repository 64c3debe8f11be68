"""How long uploaded bytes are kept."""

from datetime import timedelta

from core import limits
from core.clock import now
from papers.models import Import


def forget_content() -> int:
    """Drop the bytes of imports that ended long ago, and return how many; hash, counts and problems stay."""
    ended = Import.objects.filter(finished_at__lt=now() - timedelta(days=limits.CONTENT_DAYS))
    return ended.exclude(content=b"").update(content=b"")
