"""What the worker does for members: each task is one action, safe to run twice or at the same time as itself."""

from celery import shared_task

from discussion import actions


@shared_task  # type: ignore[untyped-decorator]
def learn(member: int, group: int) -> None:
    """Learn what a member likes from what they just changed."""
    actions.learn(member, group)


@shared_task  # type: ignore[untyped-decorator]
def learn_stale() -> None:
    """Learn what a wake-up did not; the worker calls this by itself, without a broker."""
    actions.learn_stale()


@shared_task  # type: ignore[untyped-decorator]
def learn_anew() -> None:
    """Learn everything again, since what passes by changes too."""
    actions.learn_anew()


@shared_task  # type: ignore[untyped-decorator]
def forget_deleted() -> None:
    """Empty comments that were deleted long ago."""
    actions.forget_deleted()
