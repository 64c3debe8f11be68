"""What a group chooses for itself, each part saved on its own."""

from typing import Any

from django import forms

from accounts.forms import NameField, ZoneField
from core import limits
from core.authors import People
from papers.forms import CategoriesField

NAMES_SHOWN = [
    ("always", "Always"),
    ("closed", "Once voting has closed, until the meeting is over"),
    ("never", "Never"),
]


class GeneralForm(forms.Form):
    name = NameField(label="Name", max_length=limits.GROUP_NAME_CHARS)
    zone = ZoneField(label="Time zone", help_text="The wall clock of this place decides when a meeting begins.")


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
        label="Voting closes", min_value=0, max_value=limits.CLOSES_HOURS_MAX, help_text="Hours before the meeting."
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


class RolesForm(forms.Form):
    discussion_roles = forms.BooleanField(
        label="Roles in the discussion of each paper, by turn",
        required=False,
        help_text="Beside the presenter someone leads the discussion, a friendly reviewer says what is good, a sceptic "
        "looks for the weak point, and an archaeologist tells what came before. Everyone has their share of each.",
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
