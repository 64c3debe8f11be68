"""Archiving and deleting a group."""

from django import forms

from core import limits


class StateForm(forms.Form):
    """On or off."""

    state = forms.ChoiceField(choices=[("on", "On"), ("off", "Off")])


class DeletionForm(StateForm):
    """Delete the group, with its name typed out; or bring it back."""

    name = forms.CharField(label="Its name", required=False, max_length=2 * limits.GROUP_NAME_CHARS)
