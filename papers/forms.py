"""The shape of what an admin sends: a listing as a file or as text, and answers that the file left open."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms

from core import limits
from core.categories import all_categories, is_archive, is_listing_name, looks_like_category, nearest_category
from core.ids import parse_arxiv_id

UPLOAD_MEGABYTES = limits.UPLOAD_BYTES // 1024**2
_CODES = {  # with static/js/chooser.js, and without it the list that the browser offers
    "list": "categories",
    "autocapitalize": "none",
    "autocomplete": "off",
    "spellcheck": "false",
    "data-codes": "",
}
_BETWEEN_CODES = re.compile(r"[\s,;]+")


class CategoriesField(forms.CharField):
    """arXiv codes in one line, "cs.CL astro-ph.GA"; gives a list without repeats, of at most `most`."""

    def __init__(self, *, most: int, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs=_CODES))
        super().__init__(**options)
        self.most = most

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        codes = [_as_arxiv_writes(code) for code in _BETWEEN_CODES.split(super().to_python(value) or "") if code]
        return list(dict.fromkeys(codes))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(f"At most {self.most} categories can be given here; these are {len(value)}.")
        unknown = [_what_is_wrong(code) for code in value if not is_listing_name(code)]
        if unknown:
            raise forms.ValidationError(unknown)

    def run_validators(self, value: Any) -> None:
        """Skip those for text: the value is a list of codes, each of them known."""


def _as_arxiv_writes(code: str) -> str:
    """Return the code in arXiv's own upper and lower case: "cs.cl" is "cs.CL"."""
    folded = {known.casefold(): known for known in all_categories()}
    lower = code.casefold()
    return folded.get(lower, lower if is_archive(lower) else code)


def _what_is_wrong(code: str) -> str:
    if near := nearest_category(code):
        return f"arXiv has no category “{code[:40]}”. Did you mean {near}?"
    return f"arXiv has no category “{code[:40]}”. Codes look like cs.CL or astro-ph.GA."


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent, whichever way: names and contents."""

    files: list[tuple[str, bytes]]
    kind: str
    key: UUID


class FilesInput(forms.FileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files, at most so many and so large together; an empty one is a file, too."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [super(FilesField, self).clean(each, initial) for each in data or []]
        if len(files) > limits.UPLOAD_FILES:
            raise forms.ValidationError(
                f"At most {limits.UPLOAD_FILES} files at once; these are {len(files)}. Send the others afterwards."
            )
        size = sum(each.size for each in files)
        if size > limits.UPLOAD_BYTES:
            raise forms.ValidationError(_too_large(size, len(files)))
        return files


def _too_large(size: int, files: int) -> str:
    if files == 1:
        return f"The file has {size / 1024**2:.1f} MB; a listing may have {UPLOAD_MEGABYTES} MB. Split it."
    return f"The files have {size / 1024**2:.1f} MB together; at once it may be {UPLOAD_MEGABYTES} MB. Send fewer."


class UploadForm(forms.Form):
    """Listings as files or one as pasted text; `key` makes a repeated sending harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    file = FilesField(label="Files", required=False, allow_empty_file=True)
    text = forms.CharField(
        label="Or paste a listing, or ids of papers",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "listing-text"}),
    )

    @classmethod
    def blank(cls) -> "UploadForm":
        """Return an empty form with a key of its own."""
        return cls(initial={"key": uuid4()})

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if len(text.encode()) > limits.UPLOAD_BYTES:
            raise forms.ValidationError(f"A listing may have {UPLOAD_MEGABYTES} MB; this text is longer. Split it.")
        return text if text.strip() else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned["file"]) == bool(cleaned["text"]):
            raise forms.ValidationError(
                "Choose a file or paste a text, not both: the text is kept, so clear it or leave the file away."
                if cleaned["file"]
                else "Choose a file, or paste the text of a listing."
            )
        return cleaned

    def upload(self) -> Upload:
        """Return what was sent, once the form is valid."""
        files, key = self.cleaned_data["file"], self.cleaned_data["key"]
        if files:
            return Upload([(each.name, each.read()) for each in files], "upload", key)
        return Upload([("", self.cleaned_data["text"].encode())], "paste", key)


class IdsField(forms.MultipleChoiceField):
    """Ids out of those that the page offers; the action leaves aside what it does not know."""

    def valid_value(self, value: str) -> bool:
        return parse_arxiv_id(value) is not None

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(super().clean(value))


class ReviewForm(forms.Form):
    """What a person corrects of the dry run, or says where the file says nothing."""

    category = forms.CharField(
        label="Category",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false", "size": 12}),
    )
    announced_on = forms.DateField(
        label="Announced on",
        required=False,
        widget=forms.DateInput(
            format="%Y-%m-%d",
            attrs={"type": "date", "min": f"{limits.FIRST_YEAR}-01-01", "max": f"{limits.LAST_YEAR}-12-31"},
        ),
    )
    border = forms.IntegerField(
        label="Cross-lists begin at entry",
        required=False,
        min_value=0,
        max_value=limits.UPLOAD_ENTRIES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    ticked = IdsField(label="Bare numbers", required=False)

    @property
    def is_filled_in(self) -> bool:
        """Whether the page's fields were sent at all; a bare request lets the file's word stand."""
        return "category" in self.data or "announced_on" in self.data

    def explain(self, hints: dict[str, str]) -> None:
        """Put below each field what the file says of it."""
        for name, hint in hints.items():
            self.fields[name].help_text = hint

    def clean_category(self) -> str:
        category: str = self.cleaned_data["category"]
        if category and not looks_like_category(category):
            raise forms.ValidationError("Write it as arXiv does: cs.CV, astro-ph.GA, hep-th.")
        return category

    def clean_announced_on(self) -> date | None:
        day: date | None = self.cleaned_data["announced_on"]
        if day and not limits.FIRST_YEAR <= day.year <= limits.LAST_YEAR:
            raise forms.ValidationError(f"Give a day from {limits.FIRST_YEAR} to {limits.LAST_YEAR}.")
        return day


class ColumnsForm(forms.Form):
    """Which column, counted from 0, is taken for what; -1 for none. The page draws it from the table's header."""

    title = forms.IntegerField(min_value=-1, max_value=limits.CSV_COLUMNS)
    authors = forms.IntegerField(min_value=-1, max_value=limits.CSV_COLUMNS)
    abstract = forms.IntegerField(min_value=-1, max_value=limits.CSV_COLUMNS)
    link = forms.IntegerField(min_value=-1, max_value=limits.CSV_COLUMNS)
    doi = forms.IntegerField(min_value=-1, max_value=limits.CSV_COLUMNS)
    categories = forms.IntegerField(min_value=-1, max_value=limits.CSV_COLUMNS)
    date = forms.IntegerField(min_value=-1, max_value=limits.CSV_COLUMNS)


class MendForm(forms.Form):
    """One entry, given again."""

    text = forms.CharField(
        label="The entry, corrected",
        strip=False,
        max_length=limits.MENDED_CHARS,
        error_messages={
            "required": "Write the entry, or the arXiv id of its paper.",
            "max_length": f"An entry may have {limits.MENDED_CHARS:,} characters; this one is longer.",
        },
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "listing-text"}),
        help_text="In the same form as the file, or as any other that we read; the arXiv id alone is enough, too.",
    )


class ListingStateForm(forms.Form):
    """What becomes of a listing."""

    state = forms.ChoiceField(choices=[(each, each) for each in ("shown", "hidden", "withdrawn")])


class PlaceForm(forms.Form):
    """Where in the history a page begins."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    until = forms.DateField(required=False)


class FollowForm(forms.Form):
    """Which categories to follow from now on."""

    categories = CategoriesField(
        label="Categories to follow",
        most=limits.FOLLOWED_AT_ONCE,
        help_text="Type a code or a word of the subject: cs.CL, astro-ph.GA, “vision”. Separate several by spaces.",
    )


class FollowingForm(forms.Form):
    """What to do with one category: follow it, stop following it, or look at it now."""

    state = forms.ChoiceField(choices=[("followed", "Followed"), ("stopped", "Stopped"), ("due", "Due")])
