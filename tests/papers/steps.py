"""The steps of an import, as an admin and the worker take them."""

from papers import actions, tasks
from papers.actions import Answers
from papers.models import Import
from tests.factories import Cast


def in_review(cast: Cast, content: bytes) -> Import:
    """Return an import that was read, and waits for its review."""
    batch = actions.receive(by=cast.admin, content=content, filename="day").batch
    tasks.carry_on_import(batch.pk)
    batch.refresh_from_db()
    assert batch.state == "review", batch.error
    return batch


def published(cast: Cast, batch: Import, answers: Answers | None = None) -> None:
    """Let an import be published with the answers of its review."""
    actions.request_publish(by=cast.admin, pk=batch.pk, answers=answers)
    tasks.carry_on_import(batch.pk)
    batch.refresh_from_db()
    assert batch.state == "done", batch.error
