"""Bring the demo to life: its people, four listing days, a month of meetings, and the talk about it.

The papers are real; their listing days are made up, the abstracts are in our own words, and the people do not exist.
Times are offsets from the moment of loading, so that the demo is always in mid-week of its own story.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from accounts.models import User
from core.clock import now
from core.text import abstract_html, inline_html, markdown_html
from discussion.models import Assignment, Comment, GroupPaper, Vote
from groups.actions import ensure_meetings
from groups.dates import moment, voting_closes_at
from groups.models import Group, Meeting, Membership, Role
from groups.queries import next_meeting
from meetings.models import AgendaItem
from papers.actions import count_words
from papers.models import Entry, Listing, Paper, PaperVersion, Rank

FOLDER = Path(__file__).parent
PASSWORD = "reading-group-demo"  # noqa: S105  (public on purpose: the demo is local)
SLUG = "demo"
WITH_PASSWORD = {"organiser@example.org", "member@example.org", "guest@example.org"}
ADMIN = "admin@example.org"
LISTING_DAYS = 4


@dataclass
class Stage:
    """What is on stage so far."""

    group: Group
    at: datetime  # the moment of loading
    people: dict[str, User] = field(default_factory=dict)  # by e-mail
    papers: dict[str, Paper] = field(default_factory=dict)  # by arXiv id
    group_papers: dict[str, GroupPaper] = field(default_factory=dict)  # by arXiv id
    meetings: dict[int, Meeting] = field(default_factory=dict)  # by week: -1 is last week's

    def ago(self, hours: float) -> datetime:
        return self.at - timedelta(hours=hours)

    def group_paper(self, arxiv_id: str) -> GroupPaper:
        if arxiv_id not in self.group_papers:
            paper = self.papers[arxiv_id]
            self.group_papers[arxiv_id] = GroupPaper.objects.create(group=self.group, paper=paper)
        return self.group_papers[arxiv_id]


@transaction.atomic
def load(*, fresh: bool = False) -> bool:
    """Load the demo unless it is there; tell whether it was loaded. `fresh` removes the group first."""
    if fresh:
        _remove()
    _person(ADMIN, "Demo Admin", password=PASSWORD, is_staff=True, is_superuser=True)
    if Group.objects.filter(slug=SLUG).exists():
        return False
    talk = json.loads((FOLDER / "talk.json").read_text())
    papers = json.loads((FOLDER / "papers.json").read_text())["papers"]
    start_time = time.fromisoformat(talk["group"].pop("start_time"))
    stage = Stage(group=Group.objects.create(start_time=start_time, **talk["group"]), at=now())
    ensure_meetings(stage.group)
    _cast(stage, talk["members"])
    _catalogue(stage, papers)
    _past_meetings(stage, talk["past_meetings"])
    for added in talk["added"]:
        group_paper = stage.group_paper(added["paper"])
        group_paper.added_by = stage.people[added["member"]]
        group_paper.save(update_fields=["added_by"])
    _votes(stage, talk["votes"])
    _assignments(stage, talk["assignments"])
    _comments(stage, talk["comments"])
    _note_weeks(stage)
    count_words()
    return True


def _note_weeks(stage: Stage) -> None:
    """Let whoever voted or wrote have been active in the week of what they did last."""
    for membership in Membership.objects.filter(group=stage.group):
        votes = Vote.objects.filter(group=stage.group, member=membership.user_id).values_list("cast_at", flat=True)
        said = Comment.objects.filter(group=stage.group, author=membership.user_id).values_list("written_at", flat=True)
        if moments := [*votes, *said]:
            day = max(moments).date()
            membership.active_on = day - timedelta(days=day.weekday())
            membership.save(update_fields=["active_on"])


def _remove() -> None:
    """Remove the demo group with all that hangs on it; its papers stay in the catalogue."""
    group = Group.objects.filter(slug=SLUG).first()
    if group:
        AgendaItem.objects.filter(group=group).delete()
        Vote.objects.filter(group=group).delete()
        group.delete_on = now()  # else its log stays
        group.save(update_fields=["delete_on"])
        group.delete()


def _person(email: str, name: str, *, password: str | None = None, **fields: Any) -> User:
    found = User.objects.filter(email__iexact=email).first()
    return found or User.objects.create_user(email, password, name=name, zone="Europe/Berlin", **fields)


def _cast(stage: Stage, members: list[dict[str, Any]]) -> None:
    for member in members:
        password = PASSWORD if member["email"] in WITH_PASSWORD else None
        user = stage.people[member["email"]] = _person(member["email"], member["name"], password=password)
        joined = stage.at - timedelta(days=member["joined_days_ago"])
        Membership.objects.create(group=stage.group, user=user, role=Role(member["role"]), joined_at=joined)


def _catalogue(stage: Stage, records: list[dict[str, Any]]) -> None:
    days = _working_days(stage.at.date())
    for record in records:
        announced = days[record["day"]] if record["listing"] else None
        stage.papers[record["arxiv_id"]] = _paper(record, announced)
    listed = [record for record in records if record["listing"]]
    for (day, category), lines in groupby(listed, key=lambda record: (record["day"], record["listing"])):
        listing, made = Listing.objects.get_or_create(category=category, announced_on=days[day])
        if made:
            Entry.objects.bulk_create(
                Entry(
                    listing=listing,
                    paper=stage.papers[record["arxiv_id"]],
                    position=position,
                    announce_type=record["announce_type"],
                    version=record["version"],
                )
                for position, record in enumerate(lines, start=1)
            )


def _working_days(today: date) -> list[date]:
    """Return the latest days on which a listing could have come in, newest first."""
    days = (today - timedelta(days=back) for back in range(2 * LISTING_DAYS + 2))
    return [day for day in days if day.weekday() < 5][:LISTING_DAYS]


def _paper(record: dict[str, Any], announced: date | None) -> Paper:
    fields = {name: record[name] or "" for name in ("title", "abstract", "primary_category", "journal_ref", "doi")}
    paper, made = Paper.objects.get_or_create(
        external_id=record["arxiv_id"],
        defaults={
            **fields,
            "title_html": inline_html(record["title"]),
            "abstract_html": abstract_html(record["abstract"]),
            "authors": record["authors"],
            "categories": record["categories"],
            "latest_version": record["version"],
            "first_announced": announced,
            "rank": Rank.UPLOAD,
        },
    )
    if made and record["version"]:
        PaperVersion.objects.create(paper=paper, number=record["version"], announced=announced)
    return paper


def _past_meetings(stage: Stage, meetings: list[dict[str, Any]]) -> None:
    group = stage.group
    ahead = Meeting.objects.filter(group=group).order_by("starts_at").first()
    first = ahead.scheduled_for if ahead and ahead.scheduled_for else stage.at.date()
    for held in meetings:
        day = first + timedelta(weeks=held["week"])
        starts_at = moment(day, group.start_time, group.zone)
        meeting = stage.meetings[held["week"]] = Meeting.objects.create(
            group=group,
            slug=day.isoformat(),
            scheduled_for=day,
            starts_at=starts_at,
            minutes=held["minutes"],
            closes_at=voting_closes_at(starts_at, group.zone, hours_before=group.closes_hours_before),
            place=held["place"],
            notes=held["notes"],
            state=Meeting.State.CLOSED,
            published_at=starts_at - timedelta(hours=12),
            closed_at=starts_at + timedelta(minutes=held["minutes"]),
        )
        for position, item in enumerate(held["items"], start=1):
            _held_item(stage, meeting, position, item)


def _held_item(stage: Stage, meeting: Meeting, position: int, item: dict[str, Any]) -> None:
    presenter = stage.people[item["presenter"]] if item["presenter"] else None
    line = AgendaItem(group=stage.group, meeting=meeting, position=position, minutes=item["minutes"])
    line.note, line.state = item["note"] or "", item["state"]
    if item["paper"] is None:
        line.title, line.topic_presenter, line.pinned = item["title"], presenter, True
        line.save()
        return
    line.group_paper = stage.group_paper(item["paper"])
    line.votes = len(item["voters"])
    line.pinned = not item["voters"]
    line.save()
    if item["state"] != AgendaItem.State.DISCUSSED:
        return
    for place, voter in enumerate(item["voters"]):
        Vote.objects.create(
            group=stage.group,
            group_paper=line.group_paper,
            member=stage.people[voter],
            cast_at=meeting.closes_at - timedelta(hours=40 - place),
            settled_by=meeting,
        )
    if presenter:
        Assignment.objects.create(
            group=stage.group,
            group_paper=line.group_paper,
            meeting=meeting,
            member=presenter,
            state=Assignment.State.DONE,
            created_at=meeting.closes_at - timedelta(hours=30),
            answered_at=meeting.closes_at - timedelta(hours=30),
        )


def _votes(stage: Stage, votes: list[dict[str, Any]]) -> None:
    for vote in votes:
        Vote.objects.create(
            group=stage.group,
            group_paper=stage.group_paper(vote["paper"]),
            member=stage.people[vote["member"]],
            cast_at=stage.ago(vote["hours_ago"]),
        )


def _assignments(stage: Stage, assignments: list[dict[str, Any]]) -> None:
    meeting = next_meeting(stage.group)
    for one in assignments:
        Assignment.objects.create(
            group=stage.group,
            group_paper=stage.group_paper(one["paper"]),
            meeting=meeting,
            member=stage.people[one["member"]],
            asked_by=stage.people[one["asked_by"]] if one["asked_by"] else None,
            state=one["state"],
            created_at=stage.ago(one["hours_ago"]),
            answered_at=None if one["answered_hours_ago"] is None else stage.ago(one["answered_hours_ago"]),
        )


def _comments(stage: Stage, comments: list[dict[str, Any]]) -> None:
    for comment in comments:
        first = _comment(stage, comment, comment["paper"], parent=None)
        for reply in comment["replies"]:
            _comment(stage, reply, comment["paper"], parent=first)


def _comment(stage: Stage, comment: dict[str, Any], paper: str, *, parent: Comment | None) -> Comment:
    if "hours_ago" in comment:
        written_at = stage.ago(comment["hours_ago"])
    else:
        written_at = stage.meetings[comment["meeting"]].starts_at + timedelta(hours=comment["hours_from_meeting"])
    return Comment.objects.create(
        group=stage.group,
        group_paper=stage.group_paper(paper),
        author=stage.people[comment["author"]],
        parent=parent,
        label=comment["label"] or "",
        key=uuid5(NAMESPACE_URL, f"reading-group/demo/{stage.group.pk}/{comment['key']}"),
        markdown=comment["text"],
        html=markdown_html(comment["text"]),
        written_at=min(written_at, stage.at),
    )
