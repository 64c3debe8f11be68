"""The shape of what members send."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator

from accounts.forms import NameField
from core import limits
from core.names import split_authors
from discussion.queries import Filters

STATES = [(state, state) for state in ("taken", "asked", "accepted", "declined", "returned")]
LABELS = [("question", "question"), ("summary", "summary")]
_ID = re.compile(r"[1-9][0-9]{0,17}")
_NO_DAY = "This is no day. Choose one, or type it as 2026-11-26."
_LINE_END = re.compile(r"\r\n?")


class MarkdownField(forms.CharField):
    """Text of several lines, without NUL, which PostgreSQL does not store; a line's end counts as one character."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> str:
        text = _LINE_END.sub("\n", super().to_python(value) or "").replace("\0", "")
        return text.strip("\n").rstrip()


class IdField(forms.IntegerField):
    """The number of a row; one that no row can have is refused here, since the database could not look it up."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **options)


class StateForm(forms.Form):
    """A state that is set: a vote, a saved paper, a hidden one."""

    state = forms.ChoiceField(choices=[("on", "on"), ("off", "off")])


class MoveForm(forms.Form):
    """Where in one's queue a paper moves: a step, or a place from 1 on."""

    to = forms.ChoiceField(choices=[("up", "up"), ("down", "down"), ("top", "top")], required=False)
    place = forms.IntegerField(min_value=1, max_value=limits.QUEUE_ITEMS, required=False)

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or self.cleaned_data
        if not (sent.get("to") or sent.get("place")):
            raise forms.ValidationError("This names no place.")
        return sent


def _read_before(sent: str) -> tuple[int, datetime | None]:
    """Return a paper in the group by its id, and until when it was read, of "17 2026-11-26T15:00:00+00:00" or "17 "."""
    group_paper, _, moment = sent.partition(" ")
    at = datetime.fromisoformat(moment) if moment else None
    if not _ID.fullmatch(group_paper) or (at and at.tzinfo is None):
        raise ValueError(sent)
    return int(group_paper), at


class ReadForm(forms.Form):
    comment = IdField()


class AllReadForm(StateForm):
    """That everything up to a comment is read; or not any more, with until when each paper was `read` before."""

    comment = IdField()
    read = forms.TypedMultipleChoiceField(coerce=_read_before, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        sent = data.getlist("read")[: limits.INBOX_COMMENTS]
        self.fields["read"].choices = [(one, one) for one in sent]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    note = MarkdownField(
        required=False,
        max_length=limits.QUEUE_NOTE_CHARS,
        error_messages={
            "max_length": f"A note has at most {limits.QUEUE_NOTE_CHARS:,} characters; this one has %(show_value)d."
        },
    )


class KeptForm(StateForm):
    """Items of one's queue, chosen by their ids, to drop or to bring back."""

    items = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        sent = data.getlist("items")[: limits.QUEUE_ITEMS]
        self.fields["items"].choices = [(one, one) for one in sent if _ID.fullmatch(one)]  # type: ignore[attr-defined]


class SeenForm(forms.Form):
    category = forms.CharField(max_length=40)
    position = forms.IntegerField(min_value=0, max_value=limits.UPLOAD_ENTRIES)
    onward = forms.BooleanField(required=False)


COMMENT_TOO_LONG = f"A comment has at most {limits.COMMENT_CHARS:,} characters; this one has %(show_value)d."


class CommentTextField(MarkdownField):
    def __init__(self, **options: Any) -> None:
        said = {"required": "Write something first.", "max_length": COMMENT_TOO_LONG}
        super().__init__(max_length=limits.COMMENT_CHARS, error_messages=said, **options)


class CommentForm(forms.Form):
    text = CommentTextField()
    key = forms.UUIDField()
    parent = IdField(required=False)
    label = forms.ChoiceField(choices=LABELS, required=False)
    anonymous = forms.BooleanField(required=False)


class PreviewForm(forms.Form):
    text = CommentTextField(required=False)
    parent = IdField(required=False)


class DraftForm(PreviewForm):
    """What is being written, and the version of it that was gone on from."""

    seen = forms.IntegerField(min_value=0, max_value=2**31 - 2)


class ReactionForm(StateForm):
    """A reaction to a comment."""

    comment = IdField()
    kind = forms.ChoiceField(choices=[("thanks", "thanks"), ("same", "same")])


class FollowForm(forms.Form):
    """What one wants to hear of a paper's discussion."""

    state = forms.ChoiceField(choices=[(state, state) for state in ("follow", "normal", "mute")])


class EditForm(forms.Form):
    """What a comment is to say, and the revision of it that was changed."""

    comment = IdField()
    seen = forms.IntegerField(min_value=0, max_value=limits.COMMENT_REVISIONS)
    text = CommentTextField()


class DeletedForm(StateForm):
    """Whether a comment is deleted; off brings it back."""

    comment = IdField()


class AssignmentForm(forms.Form):
    state = forms.ChoiceField(choices=STATES)
    member = IdField(required=False)
    meeting = forms.CharField(required=False, max_length=14)


class AuthorsField(forms.CharField):
    """Names, one a line, or several on one line with commas or "and" between them; gives a list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        cleaned = (NameField(required=False).clean(line).strip(" ,;") for line in str(value or "").splitlines())
        lines = [line for line in cleaned if line]
        return list(split_authors(lines[0])[0]) if len(lines) == 1 else lines

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > limits.AUTHORS:
            raise forms.ValidationError(
                f"A paper has at most {limits.AUTHORS:,} authors here; these are {len(value):,}."
            )
        longest = max(map(len, value), default=0)
        if longest > limits.AUTHOR_NAME_CHARS:
            raise forms.ValidationError(
                f"A name has at most {limits.AUTHOR_NAME_CHARS} characters; one of these has {longest}. "
                "Write each name on a line of its own."
            )

    def run_validators(self, value: Any) -> None:
        """Skip those for text: the value is a list of names."""


class WebField(forms.URLField):
    """A link that a browser follows to the web, and to nothing else."""

    default_validators = [URLValidator(schemes=["http", "https"])]  # noqa: RUF012  (Django's base says the same)


TITLE_TOO_LONG = f"A title has at most {limits.TITLE_CHARS:,} characters; this one has %(show_value)d."


class FindForm(forms.Form):
    q = NameField(
        label="arXiv id, link or title",
        max_length=limits.TITLE_CHARS,
        error_messages={
            "required": "Type an arXiv id, a DOI, a link or a title.",
            "max_length": f"This field takes {limits.TITLE_CHARS:,} characters; you sent %(show_value)d.",
        },
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )


class DayField(forms.DateField):
    """A calendar day, as a browser sends it; none so far away that clocks cannot count to it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], error_messages={"invalid": _NO_DAY}, **options)
        self.validators += [
            MinValueValidator(date(1950, 1, 1), _NO_DAY),
            MaxValueValidator(date(2199, 12, 31), _NO_DAY),
        ]


class SearchForm(forms.Form):
    """What to look for, and where; an address with nonsense in it asks for everything."""

    q = NameField(
        label="Search",
        required=False,
        max_length=limits.SEARCH_CHARS,
        error_messages={
            "max_length": f"A search has at most {limits.SEARCH_CHARS} characters; this one has %(show_value)d."
        },
        widget=forms.TextInput(
            attrs={"type": "search", "autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    category = NameField(label="Category", required=False, max_length=40)
    group = forms.BooleanField(label="In our group", required=False)
    talk = forms.BooleanField(label="Has comments", required=False)
    summary = forms.BooleanField(label="Has a summary", required=False)
    discussed = forms.BooleanField(label="Discussed", required=False)
    presenter = IdField(label="Presented by", required=False)
    when = NameField(label="Announced or discussed", required=False, max_length=40)
    since = DayField(label="From", required=False)
    until = DayField(label="Until", required=False)
    after = IdField(required=False, widget=forms.HiddenInput)

    @property
    def filters(self) -> Filters:
        """Return what leaves papers out; nothing does when the form is not valid."""
        if not self.is_valid():
            return Filters()
        typed = self.cleaned_data
        return Filters(
            category=typed["category"],
            in_group=typed["group"],
            has_comments=typed["talk"],
            has_summary=typed["summary"],
            was_discussed=typed["discussed"],
            presenter=typed["presenter"],
            when=typed["when"],
            since=typed["since"],
            until=typed["until"],
        )


class NamedForm(forms.Form):
    """The name that a member gives to a saved search."""

    name = NameField(
        max_length=limits.SAVED_SEARCH_NAME_CHARS,
        error_messages={
            "required": "A saved search needs a name. The one that it had is kept.",
            "max_length": f"A name has at most {limits.SAVED_SEARCH_NAME_CHARS} characters, not %(show_value)d.",
        },
    )


class AddForm(FindForm):
    """A paper to add: by what names it, or by the address of one that is here."""

    paper = NameField(required=False, max_length=40)
    title = NameField(
        label="Title",
        required=False,
        max_length=limits.TITLE_CHARS,
        help_text="As it stands on the paper.",
        error_messages={"max_length": TITLE_TOO_LONG},
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["q"].required = not (data and data.get("paper"))


class OwnEntryForm(forms.Form):
    title = NameField(label="Title", max_length=limits.TITLE_CHARS, error_messages={"max_length": TITLE_TOO_LONG})
    authors = AuthorsField(label="Authors", required=False, help_text="One a line, or separated by commas.")
    link = WebField(
        label="Link",
        required=False,
        max_length=limits.LINK_CHARS,
        assume_scheme="https",
        help_text="Where the paper can be read.",
        error_messages={
            "max_length": f"A link has at most {limits.LINK_CHARS} characters; this one has %(show_value)d.",
            "invalid": "This is no web address. It begins with https:// or http://.",
        },
    )
    abstract = MarkdownField(
        label="Abstract",
        required=False,
        max_length=limits.ABSTRACT_CHARS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "max_length": f"An abstract has at most {limits.ABSTRACT_CHARS:,} characters; this one has %(show_value)d."
        },
    )
