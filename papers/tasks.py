"""What the worker runs: each task is one action, safe to run twice, early, or at the same time as itself."""

from celery import shared_task

from papers import actions


@shared_task  # type: ignore[untyped-decorator]
def carry_on_import(pk: int) -> None:
    """Take one import on from where it stands."""
    actions.carry_on(pk)


@shared_task  # type: ignore[untyped-decorator]
def sweep_imports() -> None:
    """Carry on every import that no one holds; the worker calls this by itself, without a broker."""
    actions.carry_on_all()


@shared_task  # type: ignore[untyped-decorator]
def forget_content() -> None:
    """Drop the bytes of imports that ended long ago."""
    actions.forget_content()


@shared_task  # type: ignore[untyped-decorator]
def count_words() -> None:
    """Learn the words of new papers, so that search knows what a slip of the keys meant."""
    actions.count_words()


@shared_task  # type: ignore[untyped-decorator]
def follow_arxiv() -> None:
    """Fetch what is due of the followed categories; the worker calls this by itself, without a broker."""
    actions.fetch_due()


@shared_task  # type: ignore[untyped-decorator]
def fill_papers() -> None:
    """Ask arXiv for what listings left open; the worker calls this by itself, without a broker."""
    actions.fill_due()
