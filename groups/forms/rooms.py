"""Chat rooms to which a group's news goes."""

from typing import Any
from uuid import uuid4

from django import forms

from core import limits


class RoomForm(forms.Form):
    """A chat room: the address that its service gave, and what goes there."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    service = forms.ChoiceField(label="Where to")
    url = forms.CharField(
        label="Address of the webhook",
        max_length=limits.WEBHOOK_URL_CHARS,
        help_text="As the service gives it, beginning with https://. For Zulip take “Slack-compatible webhook”; for "
        "Matrix, the address of the home server.",
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    room = forms.CharField(
        label="Room",
        max_length=255,
        required=False,
        help_text="Its internal id, as !abc:example.org.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label="Access token",
        max_length=500,
        required=False,
        help_text="Of the account that writes there. It is never shown again.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label="What goes there", widget=forms.CheckboxSelectMultiple, initial=["agenda", "assignment"]
    )

    def __init__(
        self, *args: Any, services: list[tuple[str, str]], kinds: list[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["service"].choices = services  # type: ignore[attr-defined]
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the room and the token where they are needed, and forget them where they are not."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("service") != "matrix":
            return cleaned | {"room": "", "secret": ""}
        if not cleaned.get("room", "").startswith("!"):
            self.add_error("room", "Matrix needs the internal id of the room, which begins with “!”.")
        if not cleaned.get("secret", "").isascii() or not cleaned.get("secret"):
            self.add_error("secret", "Matrix needs the access token of the account that writes.")
        return cleaned


class RoomChangeForm(forms.Form):
    do = forms.ChoiceField(
        choices=[("test", "Test"), ("on", "On"), ("off", "Off"), ("remove", "Remove"), ("kinds", "Kinds")]
    )
    kinds = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]
