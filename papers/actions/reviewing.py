"""What a person decides after the dry run: the answers, then import it, or nothing of it."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, F, Func, JSONField, Q, QuerySet, Value

from core import wake
from core.categories import is_whole_archive
from core.errors import Conflict, Invalid
from papers.access import import_for
from papers.models import Entry, Import, StagedEntry
from papers.parsers import registry, seed_markdown
from papers.queries import border_of, ticked_ids

if TYPE_CHECKING:
    from accounts.models import User

State = Import.State
Type = Entry.AnnounceType


@dataclass(frozen=True, slots=True)
class Answers:
    """What the form of the dry run says, all of it: an empty category or date means that there is none.

    `border` is the position at which the cross-lists begin, 0 when there are none, None when it was not given.
    `ticked` are those of the unconfirmed ids that name papers.
    """

    category: str = ""
    announced_on: date | None = None
    border: int | None = None
    ticked: tuple[str, ...] = ()


def answer(by: "User", pk: int, answers: Answers | None) -> Import:
    """Keep the answers, so that the dry run shows what they change; nothing is imported."""
    with transaction.atomic():
        batch = import_for(by, pk, lock=True)
        if batch.state != State.REVIEW:
            raise Conflict(_not_now(batch))
        if answers:
            _take_over(batch, answers)
        return batch


def request_publish(by: "User | None", pk: int, answers: Answers | None = None) -> Import:
    """Let the worker publish what was read; a repeat changes nothing.

    Without `answers` the file's word stands. `by` is None for the server's own command line. Raises Conflict
    when there is nothing to publish, Invalid when an answer is still missing.
    """
    with transaction.atomic():
        batch = _locked(by, pk)
        if batch.state in (State.PUBLISHING, State.DONE):
            return batch
        if batch.state != State.REVIEW:
            raise Conflict(_not_now(batch))
        if answers:
            _take_over(batch, answers)
        _check_complete(batch)
        _leave_out(batch)
        batch.move(state=State.PUBLISHING, done=0, failures=0, lease_until=None)
        if by:
            wake.after_commit("papers.tasks.carry_on_import", pk)
        return batch


def cancel(by: "User | None", pk: int) -> Import:
    """Import nothing: the staged entries go, the row stays in the history; a repeat changes nothing."""
    with transaction.atomic():
        batch = _locked(by, pk)
        if batch.state in Import.ENDED_WITHOUT:
            return batch
        if batch.state in (State.PUBLISHING, State.DONE):
            raise Conflict("This listing is being imported or is imported already, so it can no longer be cancelled.")
        batch.staged.all().delete()
        batch.end(State.CANCELLED)
        return batch


def retry(by: "User", pk: int) -> Import:
    """Read an import again that failed or was set aside, as if it had just come in; a repeat changes nothing.

    Raises Conflict when its content is not kept any more, or has come in again since.
    """
    with transaction.atomic():
        batch = import_for(by, pk, lock=True)
        if batch.is_working:
            return batch
        if batch.state not in (State.FAILED, State.QUARANTINED):
            raise Conflict("Only an import that failed or was set aside can be tried again.")
        if not batch.head(1):
            raise Conflict("The content of this import is not kept any more. Upload the file again.")
        since = Import.objects.standing().filter(sha256=batch.sha256).first()
        if since:
            raise Conflict(f"The same content has come in again as import {since.pk}. Go on with that one.")
        batch.begin_again()
        wake.after_commit("papers.tasks.carry_on_import", pk)
        return batch


def _locked(by: "User | None", pk: int) -> Import:
    """Return the import for a person, or for the server itself."""
    return import_for(by, pk, lock=True) if by else Import.objects.select_for_update().get(pk=pk)


# --- answers ----------------------------------------------------------------------------------------------


def _take_over(batch: Import, answers: Answers) -> None:
    """Write the answers down, and let the staged entries follow."""
    other_category = answers.category != batch.category
    corrected = {name for name in ("category", "announced_on") if getattr(answers, name) != getattr(batch, name)}
    evidence = batch.evidence | {"ticked": list(answers.ticked)}
    evidence["corrected"] = sorted({*evidence.get("corrected", []), *corrected})
    batch.move(category=answers.category, announced_on=answers.announced_on, evidence=evidence)
    if batch.format != seed_markdown.NAME:
        return
    if answers.border is not None and answers.border != border_of(batch):
        _set_border(batch, answers.border)
    elif other_category:
        _set_primaries(batch.staged.filter(announce_type=Type.NEW), batch.category)


def _set_border(batch: Import, border: int) -> None:
    """Let the cross-lists begin at the position `border`; what a person says is no guess any more."""
    crossed = batch.staged.filter(position__gte=border) if border else batch.staged.none()
    fresh = batch.staged.filter(position__lt=border) if border else batch.staged.all()
    _change(fresh, {"announce_type": Type.NEW, "inferred": False}, announce_type=Type.NEW)
    _change(crossed, {"announce_type": Type.CROSS, "inferred": False}, announce_type=Type.CROSS)
    _set_primaries(fresh, batch.category)
    _set_primaries(crossed, "")
    recount(batch)
    batch.move(stated=_stated(batch.stated, border), evidence=batch.evidence | {"border": border})


def recount(batch: Import) -> None:
    """Count the staged entries by announce type, `unknown` for none, and those whose type we guessed."""
    types = {str(value or "unknown"): Count("pk", filter=Q(announce_type=value)) for value in Type.values}
    counted = batch.staged.aggregate(**types, inferred=Count("pk", filter=Q(record__inferred=True)))
    batch.move(counts={name: number for name, number in counted.items() if number})


def _stated(stated: dict[str, int], border: int) -> dict[str, int]:
    """Return how many the file says it holds on either side of the border; its numbers run on over it."""
    total = stated.get("new", 0) + stated.get("cross", 0)
    new = min(border - 1, total) if border else total
    return stated | {"new": new, "cross": total - new} if total else stated


def _set_primaries(staged: "QuerySet[StagedEntry]", category: str) -> None:
    """Write down which category is the primary one, as the reader would have inferred it of this category."""
    primary = category if category and not is_whole_archive(category) else None
    _change(staged, {"primary_category": primary, "categories": [primary] if primary else []})


def _change(staged: "QuerySet[StagedEntry]", said: dict[str, Any], **columns: Any) -> None:
    """Change the staged records in one statement; what was digested of them holds no longer."""
    patched = Func(F("record"), Value(said, JSONField()), template="(%(expressions)s)", arg_joiner=" || ")
    staged.update(record=patched, digest="", **columns)


def _leave_out(batch: Import) -> None:
    """Drop the ids that nobody confirmed."""
    unconfirmed = set(batch.evidence.get("unconfirmed", [])) - set(ticked_ids(batch))
    if not unconfirmed:
        return
    batch.staged.filter(external_id__in=unconfirmed).delete()
    recount(batch)
    if not batch.counts:
        raise Invalid("Tick the ids that name papers; without any there is nothing to import.", field="ticked")


def _check_complete(batch: Import) -> None:
    if not batch.staged.exists():
        raise Conflict("There is no paper in this listing, so there is nothing to import.")
    if batch.staged.filter(announced_on__isnull=False).exists():
        return  # the entries bring their days along
    if not registry.lists_a_day(batch.format):
        _check_both_or_none(batch)
    elif not batch.category:
        raise Invalid("The file does not say which category it lists. Please give it.", field="category")
    elif not batch.announced_on:
        raise Invalid("The file does not say when it was announced. Please give the date.", field="announced_on")


def _check_both_or_none(batch: Import) -> None:
    if batch.category and not batch.announced_on:
        raise Invalid(
            "Give the date of the listing as well, or clear the category: then the papers come in without a listing.",
            field="announced_on",
        )
    if batch.announced_on and not batch.category:
        raise Invalid(
            "Give the category of the listing as well, or clear the date: then the papers come in without a listing.",
            field="category",
        )


def _not_now(batch: Import) -> str:
    if batch.state in Import.ENDED_WITHOUT:
        return "This import has ended without a result. Upload the listing again."
    if batch.state in (State.PUBLISHING, State.DONE):
        return "This listing is being imported or is imported already, so its dry run is over."
    return "This listing is still being read. It can be imported as soon as its dry run is shown."
