"""Starting a group."""

from typing import Any
from uuid import uuid4

from django import forms

from accounts.forms import NameField, ZoneField, ZoneSelect
from core import limits
from groups.forms.schedule import WEEKDAYS, RuleField
from papers.forms import CategoriesField


class StartForm(forms.Form):
    """All that a group needs to begin; only the name has to be typed."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    name = NameField(label="Name of the group", max_length=limits.GROUP_NAME_CHARS)
    categories = CategoriesField(
        label="What do you read?",
        required=False,
        most=limits.GROUP_CATEGORIES,
        help_text="Type a code or a word of the subject: cs.CL, astro-ph.GA, “vision”. Separate several by spaces.",
    )
    here = forms.MultipleChoiceField(
        label="Here already, with papers to vote on", required=False, widget=forms.CheckboxSelectMultiple
    )
    rule = RuleField(label="You meet on", choices=WEEKDAYS, initial="FREQ=WEEKLY;BYDAY=TH")
    start_time = forms.TimeField(label="At", initial="15:00", widget=forms.TimeInput(attrs={"type": "time"}))
    meeting_minutes = forms.IntegerField(
        label="Minutes", initial=60, min_value=limits.MEETING_MINUTES_MIN, max_value=limits.MEETING_MINUTES_MAX
    )
    zone = ZoneField(label="Time zone", widget=ZoneSelect(attrs={"data-zone": ""}))

    def __init__(self, *args: Any, offered: list[str], **options: Any) -> None:
        """Offer categories to tick, where the server has papers of some."""
        super().__init__(*args, **options)
        self.fields["here"].choices = [(category, category) for category in offered]  # type: ignore[attr-defined]
        if not offered:
            del self.fields["here"]

    def clean(self) -> dict[str, Any]:
        """Join what was typed and what was ticked."""
        cleaned: dict[str, Any] = super().clean() or {}
        ticked = cleaned.pop("here", [])
        if "categories" in cleaned:
            cleaned["categories"] = list(dict.fromkeys([*cleaned["categories"], *ticked]))
            try:
                self.fields["categories"].validate(cleaned["categories"])
            except forms.ValidationError as error:
                self.add_error("categories", error)
        return cleaned
