"""What a form sets on or off."""

from core.answers import Request
from core.errors import Invalid
from discussion.forms import StateForm


def state_of(request: Request, refusal: str = "This is on or off. Reload the page and try again.") -> bool:
    """Return whether the form sets its state on; refuses any other with a sentence."""
    form = StateForm(request.POST)
    if not form.is_valid():
        raise Invalid(refusal)
    return bool(form.cleaned_data["state"] == "on")
