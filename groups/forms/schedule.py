"""When a group meets: its rule, single sessions and breaks."""

from typing import Any

from django import forms

from core import limits

WEEKDAYS = [
    ("FREQ=WEEKLY;BYDAY=MO", "Mondays"),
    ("FREQ=WEEKLY;BYDAY=TU", "Tuesdays"),
    ("FREQ=WEEKLY;BYDAY=WE", "Wednesdays"),
    ("FREQ=WEEKLY;BYDAY=TH", "Thursdays"),
    ("FREQ=WEEKLY;BYDAY=FR", "Fridays"),
    ("FREQ=WEEKLY;BYDAY=SA", "Saturdays"),
    ("FREQ=WEEKLY;BYDAY=SU", "Sundays"),
    ("none", "No regular meeting"),
]


class RuleField(forms.ChoiceField):
    """A weekday as an RFC 5545 rule; "none", which has to be chosen like any other, gives the empty rule."""

    def prepare_value(self, value: Any) -> Any:
        return "none" if value == "" else value

    def clean(self, value: Any) -> str:
        rule: str = super().clean(value)
        return "" if rule == "none" else rule


_NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


_CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


_DAYS = list(zip(_CODES, _NAMES, strict=True))


_PLACES = [("1", "First"), ("2", "Second"), ("3", "Third"), ("4", "Fourth"), ("-1", "Last")]


SCHEDULES = [
    ("Every week", [(f"FREQ=WEEKLY;BYDAY={code}", f"{name}s") for code, name in _DAYS]),
    (
        "Every two weeks",
        [(f"FREQ=WEEKLY;INTERVAL=2;BYDAY={code}", f"Every second {name}") for code, name in _DAYS],
    ),
    (
        "Once a month",
        [
            (f"FREQ=MONTHLY;BYDAY={place}{code}", f"{words} {name} of the month")
            for place, words in _PLACES
            for code, name in _DAYS
        ],
    ),
    ("none", "No regular meeting"),
]


_OFFERED = {rule for _, rules in SCHEDULES if isinstance(rules, list) for rule, _ in rules}


class ScheduleForm(forms.Form):
    rule = RuleField(label="You meet on")
    also = forms.ChoiceField(
        label="And on", required=False, choices=[("", "no other day"), *((code, f"{name}s") for code, name in _DAYS)]
    )
    start_time = forms.TimeField(label="At", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    meeting_minutes = forms.IntegerField(
        label="Minutes", min_value=limits.MEETING_MINUTES_MIN, max_value=limits.MEETING_MINUTES_MAX
    )
    rule_from = forms.DateField(
        label="Every two weeks counts from",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="A day of a week in which you meet.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the usual schedules, and the rule that stands when it is a richer one."""
        super().__init__(*args, **options)
        standing = self.initial.get("rule", "")
        first, _, second = standing.partition(",")
        if first in _OFFERED and second in _CODES and first.startswith("FREQ=WEEKLY"):
            self.initial.update(rule=first, also=second)
            standing = first
        richer = [] if standing in {"", *_OFFERED} else [(standing, f"As now ({standing})")]
        self.fields["rule"].choices = [*richer, *SCHEDULES]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Join the two days of a week in one rule."""
        cleaned: dict[str, Any] = super().clean() or {}
        rule, also = cleaned.get("rule", ""), cleaned.pop("also", "")
        kind, _, day = rule.rpartition("=")
        if not also or also == day:
            return cleaned
        if kind not in ("FREQ=WEEKLY;BYDAY", "FREQ=WEEKLY;INTERVAL=2;BYDAY"):
            self.add_error("also", "A second day goes with meetings every week or every two weeks.")
            return cleaned
        return cleaned | {"rule": f"{kind}={','.join(sorted([day, also], key=_CODES.index))}"}


class SessionForm(forms.Form):
    """A session on a day and an hour of the group's wall clock."""

    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    start_time = forms.TimeField(label="At", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(
        label="Minutes", min_value=limits.MEETING_MINUTES_MIN, max_value=limits.MEETING_MINUTES_MAX
    )
    place = forms.CharField(label="Room or place", max_length=limits.PLACE_CHARS, required=False)


class SessionStateForm(forms.Form):
    state = forms.ChoiceField(choices=[("cancelled", "Cancelled"), ("planned", "Planned")])


class BreakForm(forms.Form):
    first_day = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label="To, and this day too", widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(label="What it is", required=False, max_length=limits.BREAK_CHARS)

    def clean(self) -> dict[str, Any]:
        """Refuse a break that ends before it begins, or lasts more than a year."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day comes before the first.")
        elif first and last and (last - first).days >= limits.BREAK_DAYS:
            self.add_error("last_day", f"A break lasts at most {limits.BREAK_DAYS} days.")
        return cleaned
