"""What the clock does for the whole server: whoever rested long enough goes, and traces are forgotten."""

from celery import shared_task

from readinggroup.own_data import actions as own_data
from readinggroup.whole_group import actions as whole_group


@shared_task  # type: ignore[untyped-decorator]
def erase_due() -> None:
    """Erase accounts and groups whose rest is over, one after the other; what is left is taken up the next time."""
    own_data.erase_due()
    whole_group.end_due()


@shared_task  # type: ignore[untyped-decorator]
def forget_traces() -> None:
    """Forget sessions that ended, and the addresses of old invitations."""
    own_data.forget_traces()
