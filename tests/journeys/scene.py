"""What is there before anyone comes: papers, groups and people, by one statement each in the running servers' database.

All are copies of what the demo has, changed where it matters: a copy has every column, whichever come later.
"""

from dataclasses import dataclass
from typing import Any, LiteralString, cast

from psycopg import Connection

DEMO = "(SELECT id FROM groups_group WHERE slug = 'demo')"
MEMBER = "(SELECT id FROM accounts_user WHERE email = 'member@example.org')"


@dataclass(frozen=True)
class Scene:
    """The database behind the pages."""

    connection: Connection[Any]

    def ask(self, question: str) -> list[Any]:
        """Return the first column of an answer."""
        return [row[0] for row in self.connection.execute(cast(LiteralString, question))]

    def copy(self, table: str, which: str, times: int = 1, **changes: object) -> list[int]:
        """Copy the rows of a table for which `which` holds, and return the new ids in order.

        A change is SQL in which `n` counts the copies from 1, and `old` is the row that is copied.
        """
        columns = self.ask(
            f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' "
            "AND table_schema = current_schema AND is_generated = 'NEVER' AND column_name <> 'id'"
        )
        assert set(changes) <= set(columns), f"{table} has no {set(changes) - set(columns)}"
        values = ", ".join(str(changes.get(column, f'old."{column}"')) for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        copies = (
            f"SELECT old.*, row_number() OVER (ORDER BY time, old.id) AS n FROM {table} old, "
            f"generate_series(1, {times}) time WHERE {which}"
        )
        return self.ask(f"INSERT INTO {table} ({names}) SELECT {values} FROM ({copies}) old ORDER BY n RETURNING id")

    def group(self, slug: str, *, categories: list[str]) -> int:
        """Make a group that follows the categories, with the demo's people in their roles and its coming meetings."""
        name, key = f"'Group {slug}'", "gen_random_uuid()"
        (group,) = self.copy(
            "groups_group", "old.slug = 'demo'", slug=f"'{slug}'", name=name, key=key, categories=f"ARRAY{categories}"
        )
        self.copy("groups_membership", f"old.group_id = {DEMO}", group_id=group)
        # Those that take votes: at its closing time, the clock publishes an agenda by itself.
        takes_votes = "old.state = 'planned' AND old.closes_at > now() + interval '1 hour'"
        self.copy("groups_meeting", f"old.group_id = {DEMO} AND {takes_votes}", group_id=group)
        return group

    def papers(self, ids: str, count: int, *, title: str, **changes: object) -> list[int]:
        """Make papers with arXiv ids that begin with `ids`; the SQL `title` stands for their titles."""
        return self.copy(
            "papers_paper",
            "old.external_id = '1706.03762'",
            count,
            external_id=f"'{ids}.' || lpad(n::text, 5, '0')",
            title=title,
            title_html=title,
            doi="''",
            **changes,
        )

    def voted_paper(self, group: int, ids: str, *, title: str) -> None:
        """Make a paper for which the demo's member has voted in a group."""
        (paper,) = self.papers(ids, 1, title=title)
        ours = {"group_id": group, "paper_id": paper}
        (in_group,) = self.copy("discussion_grouppaper", first_of("discussion_grouppaper"), **ours)
        voted = {"group_id": group, "group_paper_id": in_group, "cast_at": "now()", "member_id": MEMBER}
        self.copy("discussion_vote", first_of("discussion_vote", "settled_by_id IS NULL"), **voted)

    def write(self, papers: list[int], texts: list[tuple[str, str, str, str]]) -> None:
        """Give papers their titles and abstracts, each as it came and as HTML."""
        columns = [list(column) for column in zip(*texts, strict=True)]
        self.connection.execute(
            "UPDATE papers_paper SET title = told.a, abstract = told.b, title_html = told.c, abstract_html = told.d "
            "FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[]) told (id, a, b, c, d) "
            "WHERE papers_paper.id = told.id",
            [papers, *columns],
        )

    def listing(self, category: str, papers: list[int]) -> int:
        """Announce papers as new today."""
        (listing,) = self.copy(
            "papers_listing",
            first_of("papers_listing"),
            category=f"'{category}'",
            announced_on="current_date",
            stated="'{}'",
        )
        self.copy(
            "papers_entry",
            first_of("papers_entry"),
            len(papers),
            listing_id=listing,
            paper_id=f"(ARRAY{papers})[n]",
            position="n",
            announce_type="'new'",
        )
        return listing

    def full_group(self, rows: int) -> None:
        """Make the group "full", in which all that a page lists comes so many times; and as many listings of 1990."""
        group = self.group("full", categories=["test.full"])
        title, abstract = (
            "'Plenitude ' || n || ': of many things, and of many more of them'",
            "'<p>There are many.</p>'",
        )
        papers = self.papers("2609", rows, title=title, abstract_html=abstract)
        self.listing("test.full", papers)
        named = {"email": "'many' || n || '@many.example'", "name": "'Member ' || n"}
        users = self.copy("accounts_user", f"old.id = {MEMBER}", rows, **named)
        joined = {"group_id": group, "user_id": f"(ARRAY{users})[n]"}
        self.copy("groups_membership", f"old.user_id = {MEMBER} AND old.group_id = {DEMO}", rows, **joined)
        ours = {"group_id": group, "paper_id": f"(ARRAY{papers})[n]"}
        in_group = self.copy("discussion_grouppaper", first_of("discussion_grouppaper"), rows, **ours)
        voted = {"group_id": group, "group_paper_id": f"(ARRAY{in_group})[n]", "cast_at": "now()", "member_id": MEMBER}
        self.copy("discussion_vote", first_of("discussion_vote", "settled_by_id IS NULL"), rows, **voted)
        # Nobody keeps a thousand papers to read, and Chromium takes long over as many fields for notes.
        self.ask(
            "INSERT INTO discussion_queueitem (group_id, member_id, paper_id, position, note) SELECT "
            f"{group}, id, paper, paper, '' FROM accounts_user, unnest(ARRAY{papers[:100]}) paper "
            "WHERE email = 'organiser@example.org' RETURNING id"
        )
        day = "date '1990-01-01' + n::int"
        held = {"slug": f"to_char({day}, 'YYYY-MM-DD')", "scheduled_for": day, "starts_at": day, "closes_at": day}
        self.copy("groups_meeting", first_of("groups_meeting", "state = 'closed'"), rows, group_id=group, **held)
        announced = {"category": "'test.' || n % 100", "announced_on": "date '1990-01-01' + (n / 100)::int"}
        self.copy("papers_listing", first_of("papers_listing"), rows, **announced)


def first_of(table: str, which: str = "true") -> str:
    """Return the condition that a row is the first of its table for which `which` holds."""
    return f"old.id = (SELECT min(id) FROM {table} WHERE {which})"
