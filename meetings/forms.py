"""The shape of what an organiser sends."""

from uuid import uuid4

from django import forms
from django.http import QueryDict

from core import limits
from discussion.forms import DayField
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


class TopicForm(forms.Form):
    title = forms.CharField(label="Topic", max_length=limits.ITEM_TITLE_CHARS)
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=limits.ITEM_MINUTES_MAX, initial=10)
    position = forms.IntegerField(required=False, min_value=1, max_value=limits.AGENDA_ITEMS)
    note = forms.CharField(required=False, max_length=limits.ITEM_NOTE_CHARS)


class PaperForm(forms.Form):
    paper = forms.CharField(label="Paper", max_length=60)
    minutes = forms.IntegerField(required=False, min_value=1, max_value=limits.ITEM_MINUTES_MAX)
    position = forms.IntegerField(required=False, min_value=1, max_value=limits.AGENDA_ITEMS)
    note = forms.CharField(required=False, max_length=limits.ITEM_NOTE_CHARS)


class ItemForm(forms.Form):
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=limits.ITEM_MINUTES_MAX)
    note = forms.CharField(label="Note", required=False, max_length=limits.ITEM_NOTE_CHARS)


class KindForm(forms.Form):
    kind = forms.ChoiceField(choices=[("short", "Short"), ("normal", "Normal"), ("deep", "Deep")])


class CueForm(forms.Form):
    cue = forms.CharField(label="What to read before", required=False, max_length=limits.CUE_CHARS)
    question = forms.CharField(label="Your one question", required=False, max_length=limits.CUE_CHARS)


class ComingForm(forms.Form):
    state = forms.ChoiceField(choices=[("present", "Present"), ("away", "Away")])


class OutcomeForm(forms.Form):
    state = forms.ChoiceField(choices=[(state, state) for state in ("discussed", "carried", "dropped", "planned")])


class NoteForm(forms.Form):
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    pk = forms.IntegerField(min_value=1)
    text = forms.CharField(
        label="Note", max_length=limits.RUN_NOTE_CHARS, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )


class PresenterForm(forms.Form):
    member = forms.IntegerField(required=False, min_value=1)


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
