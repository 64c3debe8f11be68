"""What the worker does for the outbox: each task is one action, safe to run twice or at the same time as itself."""

from celery import shared_task

from notifications import actions


@shared_task  # type: ignore[untyped-decorator]
def send_due() -> None:
    """Send what is due; the worker calls this by itself, without a broker."""
    actions.send_due()


@shared_task  # type: ignore[untyped-decorator]
def forget_old() -> None:
    """Forget the texts of dead letters, and what is long over."""
    actions.forget_old()
