"""The shape of what members send."""

from uuid import uuid4

from django import forms

from core import limits

STATES = [(state, state) for state in ("taken", "asked", "accepted", "declined", "returned")]


class VoteForm(forms.Form):
    state = forms.ChoiceField(choices=[("on", "on"), ("off", "off")])


class CommentForm(forms.Form):
    text = forms.CharField(
        label="Your comment",
        max_length=limits.COMMENT_CHARS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write something first."},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    parent = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class AssignmentForm(forms.Form):
    state = forms.ChoiceField(choices=STATES)
    member = forms.IntegerField(required=False, min_value=1)
    meeting = forms.CharField(required=False, max_length=14)


class AddForm(forms.Form):
    q = forms.CharField(
        label="arXiv id, link or title",
        max_length=limits.TITLE_CHARS,
        error_messages={"required": "Type an arXiv id, a link or a title."},
    )
    title = forms.CharField(label="Title", required=False, max_length=limits.TITLE_CHARS)
