"""Who uploaded a listing is told what became of it."""

from django.urls import reverse

from core.wording import plural
from notifications.actions import Notice, enqueue
from papers.models import Import


def tell_of_end(batch: Import) -> None:
    """Tell, in the transaction in which an import ends, the person who brought it; the server tells itself nothing."""
    if batch.created_by_id is None:
        return
    name = batch.filename or "The listing that you pasted"
    notice = Notice(
        kind="import",
        object=f"import:{batch.pk}",
        version=batch.attempts,  # it may be tried again, and then ends once more
        about=f"{name}: {batch.get_state_display().lower()}",
        said=_said(batch, name),
        address=reverse("papers:import", args=[batch.pk]),
        text=batch.error,
        thread=f"import:{batch.pk}",
    )
    enqueue(notice, to=[batch.created_by_id], by=None)


def _said(batch: Import, name: str) -> str:
    if batch.state != Import.State.DONE:
        return f"{name} could not be imported."
    known = batch.counts.get("known", 0)
    papers = plural(batch.done - known, "new paper", "new papers")
    return f"{name} was imported: {plural(batch.done, 'entry', 'entries')}, {papers}."
