"""The shape of what people say about their notices."""

from typing import Any

from django import forms

MAIL, NONE = "mail", "none"
PUBLISHED = "published"
DIGEST_DAYS = [
    (PUBLISHED, "When it is published"),
    ("0", "On Mondays"),
    ("1", "On Tuesdays"),
    ("2", "On Wednesdays"),
    ("3", "On Thursdays"),
    ("4", "On Fridays"),
]


def _clock(label: str, help_text: str = "") -> forms.TimeField:
    return forms.TimeField(
        label=label, help_text=help_text, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class NoticeForm(forms.Form):
    """Mail or none for each kind, and when mail is welcome; `kinds` are (value, label), given by the view."""

    digest_day = forms.TypedChoiceField(
        label="The week’s agenda comes",
        choices=DIGEST_DAYS,
        coerce=lambda day: None if day == PUBLISHED else int(day),
        help_text="One mail a week and group. On a day that you choose it waits for the morning; it never comes after "
        "the meeting.",
    )
    quiet_from = _clock("No mail from")
    quiet_until = _clock("Until", "What comes in between waits. The same time twice: mail at any hour.")
    weekends = forms.BooleanField(label="Mail at weekends too", required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds = kinds
        wanted = self.initial.get("kinds", [])
        for kind, label in kinds:
            self.fields[f"tell_{kind}"] = forms.ChoiceField(
                label=label,
                choices=[(MAIL, "Mail"), (NONE, "None")],
                initial=MAIL if kind in wanted else NONE,
                widget=forms.RadioSelect,
            )

    def rows(self) -> list[Any]:
        """Return the fields of the table, a kind each."""
        return [self[f"tell_{kind}"] for kind, _ in self.kinds]

    def others(self) -> list[Any]:
        """Return the fields beside the table."""
        return [self[name] for name in ("digest_day", "quiet_from", "quiet_until", "weekends")]

    def clean(self) -> dict[str, Any]:
        """Return the kinds that are wanted in place of a field each."""
        cleaned = super().clean() or {}
        told = {kind: cleaned.pop(f"tell_{kind}", MAIL) for kind, _ in self.kinds}
        return cleaned | {"kinds": [kind for kind, choice in told.items() if choice == MAIL]}


class MuteForm(forms.Form):
    """Stop all mail from a group, or take that back."""

    scope = forms.CharField(max_length=40, required=False)
    state = forms.ChoiceField(choices=[("on", "Stopped"), ("off", "Mailed")])
