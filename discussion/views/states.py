"""What a form sets on or off."""

from core.answers import Request
from core.errors import Invalid


def state_of(request: Request, refusal: str = "This is on or off. Reload the page and try again.") -> bool:
    """Return whether the form sets its state on; refuses any other with a sentence."""
    state = request.POST.get("state")
    if state not in ("on", "off"):
        raise Invalid(refusal)
    return state == "on"
