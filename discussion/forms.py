"""The shape of what members send."""

import re
from typing import Any

from django import forms

from accounts.forms import NameField
from core import limits

STATES = [(state, state) for state in ("taken", "asked", "accepted", "declined", "returned")]
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


class VoteForm(forms.Form):
    state = forms.ChoiceField(choices=[("on", "on"), ("off", "off")])


class CommentForm(forms.Form):
    text = MarkdownField(
        max_length=limits.COMMENT_CHARS,
        error_messages={
            "required": "Write something first.",
            "max_length": f"A comment has at most {limits.COMMENT_CHARS:,} characters; this one has %(show_value)d.",
        },
    )
    key = forms.UUIDField()
    parent = IdField(required=False)


class AssignmentForm(forms.Form):
    state = forms.ChoiceField(choices=STATES)
    member = IdField(required=False)
    meeting = forms.CharField(required=False, max_length=14)


class AddForm(forms.Form):
    q = NameField(
        label="arXiv id, DOI, link or title",
        max_length=limits.TITLE_CHARS,
        error_messages={"required": "Type an arXiv id, a DOI, a link or a title."},
    )
    title = NameField(
        label="Title", required=False, max_length=limits.TITLE_CHARS, help_text="As it stands on the paper."
    )

    def ask_for_title(self) -> None:
        """Show the form again so that the title is typed next."""
        title = self.fields["title"]
        title.required = True
        title.widget.attrs |= {"data-focus": "", "aria-describedby": "asks id_title_helptext"}
