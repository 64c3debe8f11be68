"""Addresses of the week, the queue, the meetings and their agendas, below /g/<slug>/."""

from django.urls import path, register_converter

from meetings.views import (
    agenda,
    archive,
    beside,
    figures,
    go,
    meetings,
    my_queue,
    polls,
    review,
    run,
    sessions,
    swaps,
    template,
    turns,
    week,
    year,
)


class MeetingSlug:
    """A calendar day; a second meeting on a day adds -2."""

    regex = r"\d{4}-\d{2}-\d{2}(?:-\d{1,2})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MeetingSlug, "meeting")


class Way:
    """From a paper to the one before or behind it in a list, or back to the list."""

    regex = "previous|next|list"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Way, "way")


class Year:
    """Four digits."""

    regex = r"\d{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


register_converter(Year, "year")

app_name = "meetings"
urlpatterns = [
    path("", week.week, name="week"),
    path("go/", go.go, name="go"),
    path("queue/", my_queue.queue, name="queue"),
    path("queue/papers.<slug:name>", my_queue.references, name="references"),
    path("archive/", archive.archive, name="archive"),
    path("archive/papers.<slug:name>", archive.archive_file, name="archive_file"),
    path("statistics/", figures.statistics, name="statistics"),
    path("year/<year:year>/", year.year, name="year"),
    path("year/<year:year>/papers.md", year.year_file, name="year_file"),
    path("papers/<paper:paper>/<way:way>/", beside.beside, name="beside"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/sessions/", sessions.add, name="add_session"),
    path("meetings/times/", polls.offer_times, name="offer_times"),
    path("meetings/times/<int:pk>/", polls.poll, name="poll"),
    path("meetings/times/<int:pk>/change/", polls.change_times, name="change_times"),
    path("meetings/times/<int:pk>/answers/", polls.answer_times, name="answer_times"),
    path("meetings/times/<int:pk>/choice/", polls.choose_time, name="choose_time"),
    path("meetings/times/<int:pk>/state/", polls.poll_state, name="poll_state"),
    path("meetings/breaks/", sessions.breaks, name="breaks"),
    path("meetings/breaks/<int:pk>/", sessions.end_break, name="end_break"),
    path("meetings/swaps/<int:pk>/", swaps.answer, name="swap"),
    path("meetings/turns/", turns.turns, name="turns"),
    path("meetings/template/", template.template, name="template"),
    path("meetings/<meeting:day>/", meetings.meeting, name="meeting"),
    path("meetings/<meeting:day>/run/", run.run, name="run"),
    path("meetings/<meeting:day>/start/", run.start, name="start"),
    path("meetings/<meeting:day>/items/<int:pk>/outcome/", run.outcome, name="outcome"),
    path("meetings/<meeting:day>/hand/", run.hand, name="hand"),
    path("meetings/<meeting:day>/here/", run.here, name="here"),
    path("meetings/<meeting:day>/notes/", run.note, name="note"),
    path("meetings/<meeting:day>/time/", sessions.move, name="move"),
    path("meetings/<meeting:day>/state/", sessions.state, name="state"),
    path("meetings/<meeting:day>/publish/", meetings.publish, name="publish"),
    path("meetings/<meeting:day>/review/", review.review, name="review"),
    path("meetings/<meeting:day>/preview/<slug:form>/", review.preview, name="preview"),
    path("meetings/<meeting:day>/close/", meetings.close, name="close"),
    path("meetings/<meeting:day>/suggest/", agenda.suggest, name="suggest"),
    path("meetings/<meeting:day>/kind/<paper:paper>/", agenda.kind, name="kind"),
    path("meetings/<meeting:day>/items/", agenda.items, name="items"),
    path("meetings/<meeting:day>/items/<int:pk>/", agenda.item, name="item"),
    path("meetings/<meeting:day>/coming/", agenda.coming, name="coming"),
    path("meetings/<meeting:day>/items/<int:pk>/cue/", agenda.cue, name="cue"),
    path("meetings/<meeting:day>/items/<int:pk>/presenter/", agenda.presenter, name="presenter"),
    path("meetings/<meeting:day>/items/<int:pk>/after/", agenda.after, name="after"),
    path("meetings/<meeting:day>/items/<int:pk>/parts/", agenda.part, name="part"),
    path("meetings/<meeting:day>/items/<int:pk>/swap/", swaps.ask, name="ask_swap"),
    path("meetings/<meeting:day>/agenda.<slug:name>", meetings.export, name="export"),
]
