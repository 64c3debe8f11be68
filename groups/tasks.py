"""What the clock does for groups."""

from celery import shared_task

from groups import actions


@shared_task  # type: ignore[untyped-decorator]
def plan_meetings() -> None:
    """Make the next meetings of every group."""
    actions.plan_all_meetings()
