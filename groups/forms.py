"""The shape of what people say about a group."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import validate_email

from accounts.forms import NameField, ZoneField, ZoneSelect
from core import limits
from core.authors import People
from papers.forms import CategoriesField

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

NAMES_SHOWN = [
    ("always", "Always"),
    ("closed", "Once voting has closed, until the meeting is over"),
    ("never", "Never"),
]


class RuleField(forms.ChoiceField):
    """A weekday as an RFC 5545 rule; "none", which has to be chosen like any other, gives the empty rule."""

    def prepare_value(self, value: Any) -> Any:
        return "none" if value == "" else value

    def clean(self, value: Any) -> str:
        rule: str = super().clean(value)
        return "" if rule == "none" else rule


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


class GeneralForm(forms.Form):
    name = NameField(label="Name", max_length=limits.GROUP_NAME_CHARS)
    zone = ZoneField(label="Time zone", help_text="The wall clock of this place decides when a meeting begins.")


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


class PlaceForm(forms.Form):
    place = forms.CharField(label="Room or place", max_length=limits.PLACE_CHARS, required=False)
    link = forms.URLField(
        label="Link to the call",
        required=False,
        max_length=limits.LINK_CHARS,
        assume_scheme="https",
        help_text="Shown to members only.",
    )


class VotingForm(forms.Form):
    closes_hours_before = forms.IntegerField(
        label="Voting closes, hours before the meeting", min_value=0, max_value=limits.CLOSES_HOURS_MAX
    )
    minutes_per_paper = forms.IntegerField(label="Minutes for a paper", min_value=1, max_value=limits.ITEM_MINUTES_MAX)
    vote_budget = forms.IntegerField(
        label="Votes a week",
        required=False,
        min_value=1,
        max_value=limits.VOTE_BUDGET_MAX,
        help_text="For each member, from Monday on. Leave it empty for as many as they like.",
    )


SELECTION_RULES = [
    ("shared_time", "Shared time: everyone who votes earns the same time, and it is kept until it is spent"),
    ("most_votes", "Most votes first"),
]
PUBLISHING = [("True", "By itself, when voting closes"), ("False", "When an organiser has looked at it")]
OWN_PAPERS = [
    ("avoid", "Not asked to present their own papers, unless they offer"),
    ("allow", "Asked like everyone else"),
    ("prefer", "Asked first"),
]


class AgendaForm(forms.Form):
    selection_rule = forms.ChoiceField(
        label="How votes choose the papers",
        choices=SELECTION_RULES,
        widget=forms.RadioSelect,
        help_text="While fewer than three members have voted, the most votes decide.",
    )
    publishes_itself = forms.TypedChoiceField(
        label="The agenda is published",
        choices=PUBLISHING,
        coerce=lambda sent: sent == "True",
        widget=forms.RadioSelect,
        help_text="By itself also means: a day after its end, a meeting that nobody closed counts as held.",
    )
    own_papers = forms.ChoiceField(label="Authors in the group are", choices=OWN_PAPERS, widget=forms.RadioSelect)
    short_minutes = forms.IntegerField(
        label="Minutes for a short paper", min_value=1, max_value=limits.ITEM_MINUTES_MAX
    )
    deep_minutes = forms.IntegerField(
        label="Minutes for a paper read closely", min_value=1, max_value=limits.ITEM_MINUTES_MAX
    )
    pool_weeks = forms.IntegerField(label="Weeks until a vote lapses", min_value=1, max_value=limits.POOL_WEEKS_MAX)


class SecrecyForm(forms.Form):
    names_shown = forms.ChoiceField(label="Who voted is shown", choices=NAMES_SHOWN, widget=forms.RadioSelect)
    counts_wait = forms.BooleanField(
        label="Hide the number of votes until one has voted",
        required=False,
        help_text="A member sees it once they voted for the paper, and everyone once voting has closed.",
    )


class TalkForm(forms.Form):
    anonymous_questions = forms.BooleanField(
        label="Members may ask questions without their name",
        required=False,
        help_text="They are shown as “a member”. No name is kept with them, so nobody can look it up later, organisers "
        "neither; they can still delete a question. In a small group one may guess.",
    )


class ReadingForm(forms.Form):
    categories = CategoriesField(
        label="arXiv categories",
        required=False,
        most=limits.GROUP_CATEGORIES,
        help_text="Their listings make the day page. Type a code or a word of the subject; separate several by spaces.",
    )


class LinesField(forms.CharField):
    """Several texts, one a line; each once, in the order given."""

    widget = forms.Textarea

    def __init__(self, *, most: int, chars: int, **options: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 4}), **options)
        self.most, self.chars = most, chars

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [NameField(required=False).clean(line) for line in (super().clean(value) or "").splitlines()]
        lines = list(dict.fromkeys(filter(None, lines)))
        if len(lines) > self.most:
            raise forms.ValidationError(f"At most {self.most} lines; these are {len(lines)}.")
        too_long = next((line for line in lines if len(line) > self.chars), "")
        if too_long:
            raise forms.ValidationError(f"A line has at most {self.chars} characters. “{too_long[:40]}…” has more.")
        return lines


class MarksForm(forms.Form):
    marked_words = LinesField(
        label="Words to look out for",
        most=limits.MARKED_WORDS,
        chars=limits.MARKED_CHARS,
        help_text="One a line; they are marked in titles and abstracts. “diffus*” is every word that begins so.",
    )
    own_authors = LinesField(
        label="Ours: authors who belong to the group",
        most=limits.OWN_AUTHORS,
        chars=limits.AUTHOR_NAME_CHARS,
        help_text="One a line, with a given name or an initial: Søren Kjeldsen, S. Kjeldsen. Their papers get a tag.",
    )

    def clean_own_authors(self) -> list[str]:
        """Refuse what would be everyone of a family, or nobody."""
        names: list[str] = self.cleaned_data["own_authors"]
        alone = next((name for name in names if not People([name])), "")
        if alone:
            raise forms.ValidationError(f"“{alone}” is a family’s name alone. Add a given name or an initial.")
        return names


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class PresenceForm(forms.Form):
    state = forms.ChoiceField(choices=[("removed", "Removed"), ("present", "Present")])


class RevokeForm(forms.Form):
    state = forms.ChoiceField(choices=[("revoked", "Revoked")])


class FeedLinkForm(forms.Form):
    """A new address (`on`) or none (`off`); the key makes the same form give the same address twice."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    state = forms.ChoiceField(choices=[("on", "on"), ("off", "off")])


class InvitationForm(RoleForm):
    field_order = ("key", "role", "max_uses")

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    max_uses = forms.IntegerField(
        label="For how many people", initial=limits.INVITATION_USES, min_value=1, max_value=limits.GROUP_MEMBERS
    )


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


class AddressesField(forms.CharField):
    """E-mail addresses as people paste them: by lines, blanks, commas or semicolons, with names or without."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        typed = re.split(r"[\s,;]+", super().clean(value) or "")
        marked = [word for word in typed if "@" in word]
        addresses = {address.lower(): address for address in (word.strip("<>\"'()") for word in marked)}
        if not addresses:
            raise forms.ValidationError("Type an e-mail address, or several.")
        if len(addresses) > limits.MAILED_AT_ONCE:
            raise forms.ValidationError(f"At most {limits.MAILED_AT_ONCE} at once; these are {len(addresses)}.")
        for address in addresses.values():
            try:
                validate_email(address)
            except forms.ValidationError:
                raise forms.ValidationError(f"“{address[:60]}” is no e-mail address.") from None
            if len(address) > limits.EMAIL_CHARS:
                raise forms.ValidationError(f"An address has at most {limits.EMAIL_CHARS} characters.")
        return list(addresses.values())


class MailForm(RoleForm):
    field_order = ("key", "addresses", "role")

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    addresses = AddressesField(
        label="E-mail addresses",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Each gets a link of their own that works once. Separate several by spaces or lines.",
    )


class StateForm(forms.Form):
    """On or off."""

    state = forms.ChoiceField(choices=[("on", "On"), ("off", "Off")])


class DeletionForm(StateForm):
    """Delete the group, with its name typed out; or bring it back."""

    name = forms.CharField(label="Its name", required=False, max_length=2 * limits.GROUP_NAME_CHARS)


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
