"""Addresses of days, papers, votes, comments and assignments, below /g/<slug>/."""

from django.urls import path, register_converter

from discussion.views import (
    adding,
    assignments,
    comments,
    day,
    hearing,
    mine,
    papers,
    saved_searches,
    search,
    votes,
    writing,
)


class PaperAddress:
    """An arXiv id, new or old, or `p` and the number of any other paper; a version behind an id is left aside."""

    regex = r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Za-z-]+)?/[0-9]{7})(?:v[0-9]{1,4})?|p[0-9]{1,18}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PaperAddress, "paper")

app_name = "discussion"
urlpatterns = [
    path("day/", day.latest, name="day_latest"),
    path("day/<str:day>/", day.day, name="day"),
    path("day/<str:day>/seen/", day.seen, name="seen"),
    path("queue/kept/", mine.kept, name="kept"),
    path("talk/", comments.talk, name="talk"),
    path("inbox/", hearing.inbox, name="inbox"),
    path("inbox/read/", hearing.all_read, name="all_read"),
    path("inbox/next/", hearing.next_unread, name="next_unread"),
    path("removed/", comments.removed, name="removed"),
    path("search/", search.search, name="search"),
    path("search/saved/", saved_searches.save, name="save_search"),
    path("search/saved/<int:pk>/name/", saved_searches.rename, name="rename_search"),
    path("search/saved/<int:pk>/follow/", saved_searches.follow, name="follow_search"),
    path("search/saved/<int:pk>/keep/", saved_searches.keep, name="keep_search"),
    path("papers/add/", adding.add, name="add"),
    path("papers/own/", adding.own, name="own"),
    path("papers/<paper:paper>/", papers.paper, name="paper"),
    path("papers/<paper:paper>/cite.<slug:name>", papers.cite, name="cite"),
    path("papers/<paper:paper>/discussion.<slug:name>", papers.talk_file, name="talk_file"),
    path("papers/<paper:paper>/entry/", adding.entry, name="entry"),
    path("papers/<paper:paper>/vote/", votes.vote, name="vote"),
    path("papers/<paper:paper>/voters/", votes.voters, name="voters"),
    path("papers/<paper:paper>/save/", mine.save, name="save"),
    path("papers/<paper:paper>/hide/", mine.hide, name="hide"),
    path("papers/<paper:paper>/noticed/", mine.noticed, name="noticed"),
    path("papers/<paper:paper>/move/", mine.move, name="move"),
    path("papers/<paper:paper>/note/", mine.note, name="note"),
    path("papers/<paper:paper>/comments/", comments.comments, name="comments"),
    path("papers/<paper:paper>/comments/deleted/", comments.deleted, name="deleted"),
    path("papers/<paper:paper>/comments/edited/", comments.edited, name="edited"),
    path("papers/<paper:paper>/comments/<int:pk>/history/", comments.history, name="history"),
    path("papers/<paper:paper>/comments/preview/", writing.preview, name="preview"),
    path("papers/<paper:paper>/comments/draft/", writing.draft, name="draft"),
    path("papers/<paper:paper>/comments/reaction/", hearing.reaction, name="reaction"),
    path("papers/<paper:paper>/follow/", hearing.follow, name="follow"),
    path("papers/<paper:paper>/read/", comments.read, name="read"),
    path("papers/<paper:paper>/assignment/", assignments.assignment, name="assignment"),
]
