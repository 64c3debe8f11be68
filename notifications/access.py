"""Who may stop mail without a log-in: whoever holds the link of one that was sent to the person."""

from django.core.signing import BadSignature, Signer

from accounts.models import User
from core.errors import NotFound


def stop_token(user: int, scope: str) -> str:
    """Return what stands in the address that stops mail; signed, so that nobody makes one for someone else."""
    return _signer().sign(f"{user}.{scope}")


def user_of_link(token: str) -> tuple[User, str]:
    """Return whose mail the link stops, and from where; raises NotFound for what we have not signed."""
    try:
        pk, _, scope = _signer().unsign(token).partition(".")
    except BadSignature:
        raise NotFound from None
    user = User.objects.filter(pk=int(pk), is_active=True).first()
    if user is None:
        raise NotFound
    return user, scope


def _signer() -> Signer:
    return Signer(salt="notifications.stop", sep="~")
