"""The shape of what people say about themselves."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core import limits
from core.clock import zone_names

# They turn the text around them; a name has no use for them.
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class NameField(forms.CharField):
    """A name on one line: no control characters, no runs of spaces."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_python(value) or "")
        printable = "".join(" " if unicodedata.category(mark) == "Cc" else mark for mark in text)
        return " ".join("".join(mark for mark in printable if mark not in _DIRECTION_MARKS).split())


class ZoneSelect(forms.Select):
    """A select of all zones, whose 430 options are drawn once for each chosen one: Django takes 30 ms a time."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return format_html("<select{}>{}</select>", attributes, _zone_options(str(value or "")))


class ZoneField(forms.ChoiceField):
    """An IANA time zone, chosen from a list by continent."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", ZoneSelect)
        options.setdefault("error_messages", {"invalid_choice": "Choose a time zone from the list."})
        super().__init__(choices=[(name, name) for name in zone_names()], **options)


@lru_cache(maxsize=64)
def _zone_options(chosen: str) -> SafeString:
    """Return UTC, then a group of cities for each continent, as options."""
    continents = groupby(zone_names()[1:], key=lambda name: name.partition("/")[0])
    groups = [(continent, _options(names, chosen)) for continent, names in continents]
    return _options(["UTC"], chosen) + format_html_join("", '<optgroup label="{}">{}</optgroup>', groups)


def _options(names: Iterable[str], chosen: str) -> SafeString:
    option = '<option value="{}"{}>{}</option>'
    rows = ((name, flatatt({"selected": name == chosen}), _place(name)) for name in names)
    return format_html_join("", option, rows)


def _place(zone: str) -> str:
    """Return "Berlin", "North Dakota, Center" or "UTC"."""
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ") or zone


class SignupForm(forms.Form):
    """What we ask beside e-mail and password; allauth builds its sign-up form on this one."""

    field_order = ("name", "email", "password1", "zone")

    name = NameField(
        label="Name",
        max_length=limits.NAME_CHARS,
        help_text="As your group knows you.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-zone": ""}))

    def clean_zone(self) -> str:
        """Take the browser's word for the zone if it is one, and UTC otherwise: a guess is no error."""
        zone = self.cleaned_data["zone"]
        return zone if zone in zone_names() else "UTC"

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Do nothing more: `accounts.adapter` has saved the fields with the person."""


class PreferencesForm(forms.Form):
    """Name, time zone and how pages look; the choices are the model's, given by the view."""

    name = NameField(label="Name", max_length=limits.NAME_CHARS, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    zone = ZoneField(
        label="Your time zone", help_text="Meetings show the group's time, and yours beside it where it differs."
    )
    theme = forms.ChoiceField(label="Colours", widget=forms.RadioSelect)
    density = forms.ChoiceField(label="Spacing of lists", widget=forms.RadioSelect)
    shortcuts = forms.BooleanField(
        label="Single-key shortcuts",
        required=False,
        help_text="j and k for the next and previous paper, v to vote. Press ? on a page to see all.",
    )
    own_papers = forms.BooleanField(
        label="Tell me when a paper of mine is up",
        required=False,
        help_text="For a week after its listing, the week page has a note. Papers are found by your name above.",
    )
    likely = forms.BooleanField(
        label="Likely for me",
        required=False,
        help_text="Learns from your votes, and from what you save or put aside, to sort new papers for you. "
        "Only you see it. Switched off, what was learned is deleted within a minute.",
    )

    def __init__(
        self, *args: Any, themes: list[tuple[str, str]], densities: list[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["theme"].choices = themes  # type: ignore[attr-defined]
        self.fields["density"].choices = densities  # type: ignore[attr-defined]


class SwitchField(forms.TypedChoiceField):
    """On or off; None when it is not sent."""

    def __init__(self) -> None:
        choices = [("on", "on"), ("off", "off")]
        super().__init__(choices=choices, coerce=lambda sent: sent == "on", empty_value=None, required=False)


class LooksForm(forms.Form):
    """How pages look and behave, one thing or several; what is not sent stays as it is."""

    theme = forms.ChoiceField(required=False)
    density = forms.ChoiceField(required=False)
    shortcuts = SwitchField()
    abstracts = SwitchField()

    def __init__(self, data: Any, *, themes: list[tuple[str, str]], densities: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["theme"].choices = themes  # type: ignore[attr-defined]
        self.fields["density"].choices = densities  # type: ignore[attr-defined]


class GoingForm(forms.Form):
    """Delete the account, with its address typed out and the fate of its comments chosen; or keep it."""

    state = forms.ChoiceField(choices=[("on", "On"), ("off", "Off")])
    comments = forms.ChoiceField(
        label="What you wrote",
        choices=[
            ("keep", "My comments stay, as those of a “former member”"),
            ("delete", "My comments go; where someone replied, an empty place stays"),
        ],
        initial="keep",
        error_messages={"required": "Choose what becomes of your comments."},
        widget=forms.RadioSelect,
    )
    email = forms.CharField(label="Type your e-mail address to delete the account", required=False, max_length=254)

    def __init__(self, *args: Any, address: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.address = address
        self.fields["comments"].required = self.data.get("state") != "off"

    def clean(self) -> dict[str, Any]:
        """Ask for the address only when the account is to go."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("state") == "on" and cleaned.get("email", "").strip().lower() != self.address.lower():
            self.add_error("email", "This is not the address of your account.")
        return cleaned


class SessionForm(forms.Form):
    """A log-in to end; none means all others."""

    session = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
