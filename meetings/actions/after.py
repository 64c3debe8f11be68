"""After a meeting: whoever presented is asked once for two sentences that last, and for their slides."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.errors import Conflict, NotAllowed
from core.wording import wall_day
from discussion.actions import add_comment
from discussion.models import Assignment
from discussion.queries import summaries_of
from groups.access import meeting_of, voting_membership_for
from groups.models import Meeting, Membership
from meetings.access import item_of
from meetings.models import AgendaItem, Part
from notifications.actions import Notice, enqueue

if TYPE_CHECKING:
    from accounts.models import User

KIND = "reminder"
SUMMARY = (
    "Write two sentences that last: what it showed, and what you made of it. And add a link to your slides, if any."
)
SLIDES = "Its summary is written. Add a link to your slides, if any."


def ask_presenters_for_summaries(meeting: Meeting, items: Sequence[AgendaItem]) -> None:
    """Ask once whoever presented a line that was discussed; trusts its caller, who has locked the meeting."""
    papers = {item.group_paper_id: item for item in items if item.group_paper_id}
    written = summaries_of(papers)
    done = Assignment.objects.filter(meeting=meeting, group_paper__in=papers, state=Assignment.State.DONE)
    presenters = {(papers[paper].pk, member) for paper, member in done.values_list("group_paper", "member")}
    together = Part.objects.filter(item__in=papers.values(), role=Part.Role.CO_PRESENTER)
    presenters |= set(together.values_list("item", "member"))
    for item in papers.values():
        _ask(item, meeting, sorted(who for line, who in presenters if line == item.pk), item.group_paper_id in written)


def _ask(item: AgendaItem, meeting: Meeting, presenters: Iterable[int], is_summarised: bool) -> None:
    if item.group_paper is None or (is_summarised and item.slides):
        return
    group = meeting.group
    notice = Notice(
        kind=KIND,
        object=f"summary:{item.pk}",
        about=item.group_paper.paper.shown_title,
        said=f"You presented this paper on {wall_day(meeting.starts_at, group.zone)}.",
        text=SLIDES if is_summarised else SUMMARY,
        address=f"{reverse('meetings:meeting', args=[group.slug, meeting.slug])}#item-{item.pk}",
        scope=group.notice_scope,
        sender=group.name,
        thread=f"paper:{item.group_paper_id}",
    )
    enqueue(notice, to=presenters, by=None)


@transaction.atomic
def keep_what_stays(
    *,
    by: "User",
    slug: str,
    meeting: str,
    pk: int,
    key: UUID,
    summary: str = "",
    slides: str = "",
    was: str | None = None,
) -> AgendaItem:
    """Keep the link to the slides of a line, and the summary of its paper while it has none; by who presents it.

    Organisers may, too. A summary that is there is changed on the paper's page, where all members write it. A link that
    is still what it `was` on their page they did not change. Raises Conflict when someone else was faster with either.
    """
    membership = voting_membership_for(by, slug, lock=True)
    session = meeting_of(membership.group, meeting, lock=True)
    item = item_of(session, pk)
    _check_presents(membership, item)
    if session.state == Meeting.State.CANCELLED:
        raise Conflict("This meeting was cancelled.")
    if slides not in (was, item.slides):
        _set_slides(item, slides, was)
    if summary and item.group_paper:
        address = item.group_paper.paper.address
        add_comment(by=by, slug=slug, address=address, key=key, text=summary, label="summary")
    return item


def _set_slides(item: AgendaItem, slides: str, was: str | None) -> None:
    if was not in (None, item.slides):
        stands = f"gave {item.slides} meanwhile" if item.slides else "took the link to the slides off meanwhile"
        raise Conflict(f"Someone else {stands}. Save once more to put yours in its place.")
    item.slides = slides
    item.save(update_fields=["slides"])


def _check_presents(membership: Membership, item: AgendaItem) -> None:
    user = membership.user_id
    presenting = Assignment.objects.presenting().filter(
        meeting=item.meeting_id, group_paper=item.group_paper, member=user
    )
    together = Part.objects.filter(item=item, member=user, role=Part.Role.CO_PRESENTER)
    if membership.is_organiser or item.topic_presenter_id == user or together.exists():
        return
    if not (item.group_paper and presenting.exists()):
        raise NotAllowed("Only who presents this line, or an organiser, can say where the slides are.")
