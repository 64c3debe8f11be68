"""The shape of what an organiser sends."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django import forms
from django.http import QueryDict

from core import limits
from discussion.forms import DayField, IdField
from meetings.queries import Wanted


def wanted_of(sent: QueryDict) -> Wanted:
    """Read what an address of the week chooses; what is no number begins at the first page."""
    start = sent.get("start", "0")
    return Wanted(
        show=sent.get("show", ""),
        sort=sent.get("sort", ""),
        category=sent.get("category", ""),
        unread="unread" in sent,
        hide=tuple(sent.getlist("hide")),
        start=int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0,
    )


class ArchiveForm(forms.Form):
    """The days that an address of the archive asks for."""

    since = DayField(label="From", required=False)
    until = DayField(label="Until", required=False)


class TimesForm(forms.Form):
    """Several times for a session, on the group's wall clock; the first ones have to be filled in."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    about = forms.CharField(label="What it is about", max_length=limits.POLL_ABOUT_CHARS, required=False)
    minutes = forms.IntegerField(
        label="Minutes", min_value=limits.MEETING_MINUTES_MIN, max_value=limits.MEETING_MINUTES_MAX
    )
    place = forms.CharField(label="Room or place", max_length=limits.PLACE_CHARS, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Add a line for each time that can be offered."""
        super().__init__(*args, **options)
        for number in range(1, limits.SLOTS_MAX + 1):
            needed = number <= limits.SLOTS_MIN
            day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            hour = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            self.fields[f"day_{number}"] = DayField(label=f"Day {number}", required=needed, widget=day)
            self.fields[f"time_{number}"] = forms.TimeField(label=f"Time {number}", required=needed, widget=hour)

    @staticmethod
    def times_as_sent(times: Sequence[datetime]) -> dict[str, Any]:
        """Return what the fields hold for these wall-clock times."""
        lines = list(enumerate(times, 1))
        return {f"day_{n}": at.date() for n, at in lines} | {f"time_{n}": at.time() for n, at in lines}

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the day and the time of each line."""
        return [(self[f"day_{number}"], self[f"time_{number}"]) for number in range(1, limits.SLOTS_MAX + 1)]

    @property
    def session_fields(self) -> list[forms.BoundField]:
        """Return what is said of the session whenever it is."""
        return [self["about"], self["minutes"], self["place"]]

    def clean(self) -> dict[str, Any]:
        """Put the lines together in `times`; each has both parts or none, and none comes twice."""
        cleaned: dict[str, Any] = super().clean() or {}
        times: list[tuple[date, time]] = []
        for number in range(1, limits.SLOTS_MAX + 1):
            day, hour = cleaned.pop(f"day_{number}", None), cleaned.pop(f"time_{number}", None)
            if self.errors.keys() & {f"day_{number}", f"time_{number}"}:
                continue
            if (day is None) != (hour is None):
                self.add_error(f"time_{number}" if day else f"day_{number}", "A time has a day and an hour.")
            elif day and hour is not None and (day, hour) in times:
                self.add_error(f"time_{number}", "This time stands here already.")
            elif day and hour is not None:
                times.append((day, hour))
        return cleaned | {"times": times}


class AnswersForm(forms.Form):
    """Whether each of some times suits: `slot-7` is "yes", "maybe", "no" or, for no answer, empty."""

    def clean(self) -> dict[str, Any]:
        """Put together what was sent, by the slots' ids, in `answers`."""
        answers = {}
        for name, suits in self.data.items():
            before, is_slot, pk = name.partition("slot-")
            if before or not is_slot:
                continue
            if not (pk.isascii() and pk.isdigit() and len(pk) < 19) or suits not in ("", "yes", "maybe", "no"):
                raise forms.ValidationError("This is no answer.")
            answers[int(pk)] = suits
        return {"answers": answers}


class ChoiceForm(forms.Form):
    slot = IdField()


PARTS = ("co-presenter", "lead", "reviewer", "sceptic", "archaeologist")


class TopicForm(forms.Form):
    title = forms.CharField(label="Topic", max_length=limits.ITEM_TITLE_CHARS)
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=limits.ITEM_MINUTES_MAX, initial=10)
    position = forms.IntegerField(required=False, min_value=1, max_value=limits.AGENDA_ITEMS)
    note = forms.CharField(required=False, max_length=limits.ITEM_NOTE_CHARS)


class PaperForm(forms.Form):
    paper = forms.CharField(label="Paper", max_length=60)
    minutes = forms.IntegerField(required=False, min_value=1, max_value=limits.ITEM_MINUTES_MAX)
    position = forms.IntegerField(required=False, min_value=1, max_value=limits.AGENDA_ITEMS)
    before = forms.IntegerField(required=False, min_value=1)  # a line, by id
    note = forms.CharField(required=False, max_length=limits.ITEM_NOTE_CHARS)


class SeenForm(forms.Form):
    """Which revision of the agenda stands on the page that someone works from; nothing for programs."""

    seen = forms.IntegerField(required=False, min_value=0)


class ReaderForm(forms.Form):
    reader = forms.IntegerField(required=False, min_value=1)


class PlaceForm(forms.Form):
    """Where a line is moved to: up, down, or to stand before another one (by id), by default at the end."""

    move = forms.ChoiceField(choices=[("up", "Up"), ("down", "Down"), ("to", "To")])
    before = forms.IntegerField(required=False, min_value=1)


class ItemForm(forms.Form):
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=limits.ITEM_MINUTES_MAX)
    note = forms.CharField(label="Note", required=False, max_length=limits.ITEM_NOTE_CHARS)


KINDS = [("short", "Short"), ("normal", "Normal"), ("deep", "Deep")]


class KindForm(forms.Form):
    kind = forms.ChoiceField(choices=KINDS)
    was = forms.ChoiceField(choices=KINDS, required=False)  # on the page


class CueForm(forms.Form):
    cue = forms.CharField(label="What to read before", required=False, max_length=limits.CUE_CHARS)
    question = forms.CharField(label="Your one question", required=False, max_length=limits.CUE_CHARS)


class ComingForm(forms.Form):
    state = forms.ChoiceField(choices=[("present", "Present"), ("away", "Away")])


class OutcomeForm(forms.Form):
    state = forms.ChoiceField(choices=[(state, state) for state in ("discussed", "carried", "dropped", "planned")])


class HandForm(forms.Form):
    pk = forms.IntegerField(min_value=1)
    state = forms.ChoiceField(choices=[("on", "Raised"), ("off", "Lowered")])
    member = forms.IntegerField(required=False, min_value=1)


class HereForm(forms.Form):
    state = forms.ChoiceField(choices=[("on", "Here"), ("off", "Not known")])


class NoteForm(forms.Form):
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    pk = forms.IntegerField(min_value=1)
    text = forms.CharField(
        label="Note", max_length=limits.RUN_NOTE_CHARS, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )


class PresenterForm(forms.Form):
    member = forms.IntegerField(required=False, min_value=1)
    was = forms.IntegerField(required=False, min_value=0)  # on the page; 0 for nobody


class SwapForm(forms.Form):
    """With whom one would like to swap: a member's id, and behind a colon that of what one would present instead.

    That is an assignment's, or behind "topic-" that of a line.
    """

    key = forms.UUIDField()
    other = forms.RegexField(r"^\d{1,18}(:(topic-)?\d{1,18})?$")

    def clean(self) -> dict[str, Any]:
        """Return `member`, and `taken` or `topic`, in place of `other`."""
        cleaned = super().clean() or {}
        member, _, instead = cleaned.pop("other", "").partition(":")
        kind = "topic" if instead.startswith("topic-") else "taken"
        pk = instead.removeprefix("topic-")
        return cleaned | {"member": int(member or 0)} | ({kind: int(pk)} if pk else {})


class SwapStateForm(forms.Form):
    state = forms.ChoiceField(choices=[(state, state) for state in ("accepted", "declined", "withdrawn", "asked")])


class AfterForm(forms.Form):
    """What stays of a line: two sentences, and where the slides are."""

    key = forms.UUIDField()
    was = forms.CharField(required=False, max_length=limits.SLIDES_CHARS, widget=forms.HiddenInput)  # the link, before
    summary = forms.CharField(
        label="Two sentences that last", required=False, max_length=limits.SUMMARY_CHARS, strip=True
    )
    slides = forms.URLField(
        label="Link to your slides", required=False, max_length=limits.SLIDES_CHARS, assume_scheme="https"
    )

    def clean_slides(self) -> str:
        """Refuse what is not encrypted on its way, leads anywhere but to a page, or names another host before an @."""
        address = str(self.cleaned_data["slides"])
        if address and not (address.startswith("https://") and address.isascii()):
            raise forms.ValidationError("Give an address that begins with https://.")
        if "@" in urlsplit(address).netloc:
            raise forms.ValidationError("Give an address without a user name or password before an @.")
        return address


class PartForm(forms.Form):
    """A member has a part in a line, or no longer."""

    role = forms.ChoiceField(choices=[(role, role) for role in PARTS])
    member = forms.IntegerField(min_value=1)
    state = forms.ChoiceField(choices=[("on", "on"), ("off", "off")])


class CloseForm(forms.Form):
    """Which lines were not reached, by id."""

    carried = forms.TypedMultipleChoiceField(required=False, coerce=int)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        named = [value for value in data.getlist("carried") if value.isascii() and value.isdigit()]
        self.fields["carried"].choices = [(value, value) for value in named]  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    """A group's own form of its agendas; its end and its blanks are kept."""

    source = forms.CharField(
        label="Template",
        max_length=limits.TEMPLATE_CHARS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "code-field"}),
    )

    def clean_source(self) -> str:
        return str(self.cleaned_data["source"]).replace("\r\n", "\n").replace("\0", "")
