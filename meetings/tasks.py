"""What the clock does for meetings; safe to run twice, early, or at the same time as itself."""

from celery import shared_task

from meetings import actions


@shared_task  # type: ignore[untyped-decorator]
def carry_on_meetings() -> None:
    """Do what is due for every meeting; the worker calls this by itself, without a broker."""
    actions.carry_on_all()
