"""A whole group is taken out and brought in on another server, where it is the same again."""

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from core import limits
from core.clock import now
from core.errors import Invalid
from discussion.models import Assignment, Comment, GroupPaper, QueueItem, Vote
from groups.models import Group, Membership
from meetings.models import AgendaItem, Attendance, SavedTime
from papers.models import Entry, Paper
from readinggroup.whole_group.actions import end_due, import_group
from tests.architecture.test_access_table import hash_of, rows_of
from tests.factories import (
    PASSWORD,
    Cast,
    CommentFactory,
    EntryFactory,
    GroupPaperFactory,
    MeetingFactory,
    PaperFactory,
    UserFactory,
    VoteFactory,
    make_cast,
)

PRIVATE = "a note to myself alone"


@pytest.fixture
def lived(cast: Cast) -> Cast:
    """A group that has met, voted, and talked; one of its members has gone from the server."""
    group, organiser, member = cast.group, cast.organiser, cast.member
    gone = UserFactory(name="Former member", erased_at=now(), is_active=False)
    Membership.objects.create(group=group, user=gone, left_at=now())
    held = MeetingFactory(group=group, starts_at=now() - timedelta(days=7), state="closed", notes="We agreed.")
    coming = MeetingFactory(group=group)
    papers = [GroupPaperFactory(group=group, added_by=member) for _ in range(3)]
    own = PaperFactory(source="own", scope=f"group-{group.pk}", authors=["Ana Rossi"], title="A draft of ours")
    papers.append(GroupPaperFactory(group=group, paper=own))
    for voter, paper, settled in ((organiser, 0, held), (gone, 0, held), (member, 1, None), (organiser, 1, None)):
        VoteFactory(group_paper=papers[paper], member=voter, settled_by=settled)
    first = CommentFactory(group_paper=papers[0], author=member, markdown="Is $x$ **right**?", html="<p>…</p>")
    CommentFactory(group_paper=papers[0], author=gone, parent=first, markdown="No.", html="<p>No.</p>")
    Assignment.objects.create(group=group, group_paper=papers[0], meeting=held, member=member, state="done")
    AgendaItem.objects.create(
        group=group,
        meeting=held,
        position=1,
        group_paper=papers[0],
        minutes=20,
        votes=2,
        payments={str(organiser.pk): 600, str(gone.pk): 600},
    )
    SavedTime.objects.create(group=group, meeting=held, member=organiser, seconds=-120)
    Attendance.objects.create(group=group, meeting=coming, member=member, state="away")
    AgendaItem.objects.create(group=group, meeting=coming, position=1, title="Welcome", minutes=5, votes=0)
    QueueItem.objects.create(group=group, member=member, paper=papers[1].paper, position=1, note=PRIVATE)
    return cast


def taken(cast: Cast, group: Group | None = None) -> bytes:
    client = Client()
    client.force_login(cast.organiser)
    answer = client.post(f"/g/{(group or cast.group).slug}/settings/export/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    return bytes(answer.content)


def document(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ZipFile(BytesIO(content)).read("group.json"))
    del found["exported_at"], found["group"]["slug"]
    return found


def packed(**changes: Any) -> bytes:
    """Return an export that says what a test wants it to say."""
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr(
            "group.json", json.dumps({"format": "reading-group/1", "group": {"name": "X"}, "rows": {}} | changes)
        )
    return content.getvalue()


def test_group_is_the_same_after_it_came_in_beside_itself(lived: Cast) -> None:
    content = taken(lived)

    copy = import_group(content)

    payments = AgendaItem.objects.get(group=copy, title="").payments
    gone = Comment.objects.get(group=copy, parent__isnull=False).author
    assert payments == {str(lived.organiser.pk): 600, str(gone.pk): 600}
    assert copy.slug == f"{lived.group.slug}-2"
    assert document(taken(lived, copy)) == document(content)


def test_group_is_the_same_on_a_server_that_knows_none_of_it(lived: Cast) -> None:
    content = taken(lived)
    before = document(content)
    Group.objects.filter(pk=lived.group.pk).update(delete_on=now() - timedelta(minutes=1))
    end_due()
    Entry.objects.all().delete()
    Paper.objects.all().delete()
    User.objects.filter(memberships__group__isnull=True).delete()
    emails = [person["email"] for person in before["people"] if person["email"]]
    User.objects.filter(email__in=emails).delete()

    group = import_group(content)

    lived.organiser = User.objects.get(email=lived.organiser.email)
    assert group.slug == lived.group.slug
    assert document(taken(lived, group)) == before
    assert (lived.organiser.name in str(before), lived.organiser.has_usable_password()) == (True, False)
    votes = Vote.objects.filter(group=group)
    assert (
        votes.count(),
        votes.unsettled().count(),
        Comment.objects.get(group=group, parent=None).replies.count(),
    ) == (4, 2, 1)
    assert "<strong>right</strong>" in Comment.objects.get(group=group, parent=None).html
    assert set(Paper.objects.exclude(source="own").values_list("by_members", flat=True)) == {True}


def test_papers_are_merged_by_id_and_keep_what_is_known_here(lived: Cast) -> None:
    content = taken(lived)
    known = GroupPaper.objects.filter(group=lived.group).order_by("pk")[0].paper
    Paper.objects.filter(pk=known.pk).update(title="A better title")

    group = import_group(content)

    assert GroupPaper.objects.filter(group=group, paper=known).count() == 1
    assert Paper.objects.get(pk=known.pk).title == "A better title"
    own = [Paper.objects.get(scope=f"group-{one.pk}") for one in (lived.group, group)]
    assert (own[0].title, own[0].pk == own[1].pk) == (own[1].title, False)


def test_zip_has_tables_references_and_the_log_for_people(lived: Cast) -> None:
    content = taken(lived)

    archive = ZipFile(BytesIO(content))
    comments = list(csv.DictReader(StringIO(archive.read("tables/discussion.Comment.csv").decode("utf-8-sig"))))
    assert [row["author"] for row in comments] == [lived.member.name, "Former member"]
    assert archive.read("papers.bib").decode().count("@misc{") == 4
    assert f"{lived.organiser.name} took an export of the whole group" in archive.read("log.csv").decode()
    assert PRIVATE not in "".join(archive.read(name).decode() for name in archive.namelist())
    assert "former" not in json.dumps(document(content)["people"]).replace("Former member", "")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"format": "reading-group/9"},
            "This server reads exports of the form 'reading-group/1'; the file is of another one.",
        ),
        ({"people": [{"name": "A", "email": "no address"}]}, "people: 'no address' is no e-mail address."),
        (
            {"rows": {"groups.Membership": [{"user": 1}]}},
            "groups.Membership 1: user points at 1, which is not in the file.",
        ),
        (
            {"rows": {"groups.Membership": [{"user": True}]}},
            "groups.Membership 1: user points at True, which is not in the file.",
        ),
        (
            {
                "people": [{"name": "A", "email": "a@example.org"}],
                "rows": {"groups.Membership": [{"user": 1, "role": "king"}]},
            },
            "groups.Membership 1: role cannot be 'king'.",
        ),
        ({"group": {"name": "X", "zone": "UTC", "start_time": "25:99"}}, "group: start_time cannot be '25:99'."),
        ({"papers": [{"source": "web", "external_id": "1"}]}, "papers: source cannot be 'web'."),
        ({"rows": []}, "rows: something is missing in the file."),
        ({"group": {"name": "X", "meeting_minutes": 5}}, "The file contradicts itself: new row for relation"),
    ],
)
def test_file_that_is_not_whole_changes_nothing(db: None, changes: dict[str, Any], sentence: str) -> None:
    make_cast()
    tables = ["groups_group", "accounts_user", "papers_paper"]
    before = [hash_of(table) for table in tables]

    with pytest.raises(Invalid) as refused:
        import_group(packed(**changes))

    assert refused.value.sentence.startswith(sentence)
    assert [hash_of(table) for table in tables] == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", packed().replace(b"group.json", b"other.json")])
def test_other_files_are_refused(db: None, tmp_path: Any, content: bytes) -> None:
    (tmp_path / "file.zip").write_bytes(content)

    with pytest.raises(CommandError, match=r"This is not the export of a group.* Nothing came in\."):
        call_command("import_group", tmp_path / "file.zip")


def test_markup_of_another_server_does_not_come_in(db: None) -> None:
    hostile = "<script>alert(1)</script>"
    people = [{"name": "A", "email": "a@example.org"}]
    papers = [
        {"source": "arxiv", "external_id": "2401.00001", "title": hostile, "abstract": hostile, "title_html": hostile}
    ]
    rows = {
        "groups.Membership": [{"user": 1, "role": "organiser"}],
        "discussion.GroupPaper": [{"paper": 1}],
        "discussion.Comment": [{"group_paper": 1, "author": 1, "markdown": hostile, "html": hostile}],
    }

    group = import_group(packed(people=people, papers=papers, rows=rows))

    comment = Comment.objects.get(group=group)
    assert ["<script" in text for text in (comment.html, Paper.objects.get().title_html)] == [False, False]


def test_command_says_where_the_group_is(lived: Cast, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "group.zip").write_bytes(taken(lived))

    call_command("import_group", tmp_path / "group.zip", slug="moved-here")

    assert capsys.readouterr().out == f"{lived.group.name} is here, at /g/moved-here/\n"


def test_whoever_came_in_opens_the_account_by_resetting_the_password(lived: Cast) -> None:
    content = packed(people=[{"name": "Ana", "email": "ana@example.org"}], rows={"groups.Membership": [{"user": 1}]})
    group = import_group(content)
    ana = User.objects.get(email="ana@example.org")

    refused = Client().post("/accounts/login/", {"login": ana.email, "password": PASSWORD})

    assert (ana.has_usable_password(), refused.status_code) == (False, 200)
    assert Membership.objects.filter(group=group, user=ana).count() == 1


def test_group_goes_with_everything_when_its_rest_is_over_and_no_other(lived: Cast) -> None:
    other, waiting = make_cast(), make_cast()
    Group.objects.filter(pk=lived.group.pk).update(delete_on=now() - timedelta(minutes=1))
    Group.objects.filter(pk=waiting.group.pk).update(delete_on=now() + timedelta(days=limits.GROUP_REST_DAYS))
    paper = PaperFactory(source="own", scope=f"group-{other.group.pk}", authors=[])
    before = [rows_of(cast.group) for cast in (other, waiting)]

    ended = (end_due(), end_due())

    assert ended == (1, 0)
    assert Group.objects.filter(pk=lived.group.pk).count() == 0
    assert set(rows_of(lived.group).values()) == {"d41d8cd98f00b204e9800998ecf8427e"}  # of nothing
    assert Paper.objects.filter(scope=f"group-{lived.group.pk}").count() == 0
    assert ([rows_of(cast.group) for cast in (other, waiting)], Paper.objects.filter(pk=paper.pk).count()) == (
        before,
        1,
    )


def test_export_is_for_organisers(client: Client, lived: Cast) -> None:
    statuses = []
    for user in (lived.member, lived.guest, lived.former_member, lived.outsider, lived.admin):
        client.force_login(user)
        statuses.append(client.post(f"/g/{lived.group.slug}/settings/export/").status_code)

    assert statuses == [403, 403, 404, 404, 404]


def test_long_group_keeps_the_order_of_its_rows(lived: Cast) -> None:
    paper = GroupPaperFactory(group=lived.group, paper=EntryFactory().paper)
    said = {"group": lived.group, "group_paper": paper, "html": "", "author": lived.member}
    Comment.objects.bulk_create(Comment(**said, markdown=f"{n}", key=uuid4()) for n in range(600))

    group = import_group(taken(lived))

    texts = Comment.objects.filter(group=group, parent=None, markdown__regex=r"^\d+$").order_by("pk")
    assert list(texts.values_list("markdown", flat=True)) == [f"{n}" for n in range(600)]
