"""What people chose to be told, and why a message is not wanted after all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.models import User
from core.clock import now
from core.wording import city
from notifications.access import user_of_link
from notifications.channels.mail import Letter, compose
from notifications.channels.notice import Notice, Outline, changes
from notifications.dates import Hours, humane
from notifications.models import Channel, Kind, Message, MessageQuerySet, Mute, NoticeSettings, Webhook

# What people choose by, in the order of the page.
MAILED = [
    Kind.AGENDA,
    Kind.ASSIGNMENT,
    Kind.REMINDER,
    Kind.SESSION,
    Kind.REPLY,
    Kind.MENTION,
    Kind.IMPORT,
    Kind.REFUSED,
]
WORDS = {Kind.REPLY: "A reply to what you wrote, or a comment on a paper that you follow"}
ROOM_KINDS = [
    (Kind.AGENDA.value, "The agenda, when it is published"),
    (Kind.ASSIGNMENT.value, "Who takes a paper, or is asked to"),
    (Kind.COMMENT.value, "New comments, with how they begin"),
]
SERVICES = Webhook.Service.choices


@dataclass(frozen=True, slots=True)
class NoticePage:
    """What someone is told, and when; `scopes` are their groups, `muted` those of which they want no mail at all."""

    kinds: list[tuple[str, str]]
    wanted: list[str]
    digest_day: int | None
    quiet_from: Any
    quiet_until: Any
    weekends: bool
    zone: str
    muted: set[str]
    address: str
    unconfirmed: bool
    is_mailed: bool  # this server sends mail

    def as_initial(self) -> dict[str, Any]:
        """Return the values to begin the form with."""
        return {
            "kinds": self.wanted,
            "digest_day": "published" if self.digest_day is None else str(self.digest_day),
            "quiet_from": self.quiet_from,
            "quiet_until": self.quiet_until,
            "weekends": self.weekends,
        }


@dataclass(frozen=True, slots=True)
class StopPage:
    """What an unsubscribe link is about."""

    user: "User"
    scope: str
    muted: bool


def hours_of(user: "User", wished: NoticeSettings | None) -> Hours:
    """Return when the person wants mail."""
    if wished is None:
        return Hours(user.zone)
    return Hours(user.zone, wished.quiet_from, wished.quiet_until, wished.weekends, wished.digest_day)


def heard_at(user: "User", moment: datetime) -> datetime:
    """Return when the person hears of something that is told at the moment: they have hours without mail."""
    return heard_by([user], moment)[user.pk]


def heard_by(users: "Iterable[User]", moment: datetime) -> dict[int, datetime]:
    """Map the ids of people to when each hears of something that is told at the moment. One statement."""
    people = list(users)
    wishes = {one.user_id: one for one in NoticeSettings.objects.filter(user__in=people)}
    return {one.pk: humane(moment, hours_of(one, wishes.get(one.pk))) for one in people}


def notice_page(by: "User") -> NoticePage:
    """Return what the person chose."""
    wished = NoticeSettings.objects.filter(user=by).first() or NoticeSettings(user=by)
    imports = by.is_staff or by.has_perm("papers.add_import")
    kept_from = {Kind.IMPORT: not imports, Kind.REFUSED: not by.is_staff}
    kinds = [kind for kind in MAILED if not kept_from.get(kind)]
    return NoticePage(
        kinds=[(kind.value, WORDS.get(kind, str(kind.label))) for kind in kinds],
        wanted=[kind.value for kind in kinds if kind not in wished.unwanted],
        digest_day=wished.digest_day,
        quiet_from=wished.quiet_from,
        quiet_until=wished.quiet_until,
        weekends=wished.weekends,
        zone=city(by.zone),
        muted=set(Mute.objects.filter(user=by).values_list("scope", flat=True)),
        address=by.email,
        unconfirmed=bool(_unconfirmed([by.email])),
        is_mailed=settings.MAILS_NOTICES,
    )


def stop_page(token: str, *, by: object) -> StopPage:
    """Return what the link stops, for whoever holds it; raises NotFound when it is none of ours."""
    user, scope = user_of_link(token)
    return StopPage(user, scope, Mute.objects.filter(user=user, scope=scope).exists())


def waiting_for(*, kind: str, object: str) -> MessageQuerySet:
    """Return what waits to be mailed of an object and was not tried yet."""
    return Message.objects.waiting().filter(channel=Channel.MAIL, kind=kind, object=object, settled=False)


def rooms_of(scope: str) -> list[Webhook]:
    """Return the rooms that get the scope's news, in the order in which they were added."""
    return list(Webhook.objects.filter(scope=scope).order_by("created_at", "pk"))


def rooms_told(notice: Notice) -> list[Webhook]:
    """Return the rooms into which a notice would go."""
    rooms = Webhook.objects.filter(scope=notice.scope, disabled_at__isnull=True, kinds__contains=[notice.kind])
    return list(rooms.order_by("created_at", "pk"))


def troubled_rooms(scope: str) -> int:
    """Return how many rooms were switched off because nothing arrived there."""
    return Webhook.objects.filter(scope=scope, disabled_at__isnull=False).exclude(trouble="").count()


def reasons_against(messages: Sequence[Message]) -> dict[int, str]:
    """Map messages, by id, to why they are not sent after all; in a fixed number of statements.

    `settings.OUTBOX_CHECKS` names the queries by which the apps above say what they know: each maps in the same way.
    """
    reasons = _by_time(messages) | _by_room(messages) | _by_person([one for one in messages if one.recipient_id])
    for path in settings.OUTBOX_CHECKS:
        reasons |= import_string(path)(messages)
    return reasons


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it would go out now."""

    subject: str
    sender: str
    text: str


def letter_to(
    person: "User", notices: Sequence[Notice], *, digest: str, stop: str, before: Outline | None = None
) -> Letter:
    """Address what is told to a person; `stop` opens their unsubscribe link, `before` is the agenda as they had it."""
    agenda = notices[0].agenda
    return Letter(
        name=person.name,
        address=person.email,
        digest=digest,
        notices=notices,
        stop_path=reverse("notifications:stop", args=[stop]),
        settings_path=reverse("notifications:notices"),
        changes=changes(before, agenda["outline"]) if before is not None else [],
        mine=agenda.get("presents", {}).get(str(person.pk), []),
        asked=agenda.get("asked", {}).get(str(person.pk), []),
    )


def preview(notice: Notice, person: "User", *, is_first: bool) -> Preview:
    """Draw the mail that would bring the notice to a person, without their unsubscribe link, which is theirs alone.

    `is_first`: nobody was told of its object before.
    """
    message = Message(channel=Channel.MAIL, recipient=person, kind=notice.kind, object=notice.object)
    message.version = notice.version + 1  # of this very version, too, if they have it already
    before = None if is_first else earlier_outline(message)
    mail = compose(letter_to(person, [notice], digest="preview", stop=EACH_THEIR_OWN, before=before))
    return Preview(subject=str(mail.subject), sender=mail.from_email, text=str(mail.body))


EACH_THEIR_OWN = "each-their-own"


def why_not_mailed(notice: Notice, people: Sequence["User"], *, by: "User", is_first: bool) -> dict[int, str]:
    """Map people, by id, to why the notice is not mailed to them if `by` sends it now. In at most three statements."""
    if not settings.MAILS_NOTICES:
        return {person.pk: "This server sends no mail." for person in people}
    asked = [Message(pk=person.pk, recipient=person, kind=notice.kind, scope=notice.scope) for person in people]
    has = set() if is_first else _told(notice)
    told = {person.pk: "Has this version, or gets it shortly." for person in people if person.pk in has}
    unheard = {person.pk for person in people if person.takes_no_mail} | _by_person(asked).keys()
    # Which of a person's own reasons it is, is nobody else's business.
    return told | dict.fromkeys(unheard, "Gets no mail from here.") | {by.pk: "Sends it."}


def _told(notice: Notice) -> set[int | None]:
    """Return who was told of this very version, or is about to be, by id."""
    same = {"channel": Channel.MAIL, "kind": notice.kind, "object": notice.object, "version": notice.version}
    told = Message.objects.filter(**same).exclude(state=Message.State.DROPPED)
    return set(told.values_list("recipient", flat=True))


def earlier_outline(message: Message) -> list[list[str]] | None:
    """Return how the agenda read that was last sent to the same person; None when none was."""
    sent = _versions_of(message).filter(state=Message.State.SENT, version__lt=message.version)
    latest = sent.order_by("-version").first()
    return latest.payload.get("outline", []) if latest else None


def is_outdated(message: Message) -> bool:
    """Tell whether the same receiver was told, or is about to be, how an agenda became after this."""
    later = _versions_of(message).filter(version__gt=message.version).exclude(state=Message.State.DROPPED)
    return message.kind == Kind.AGENDA and later.exists()


def _versions_of(message: Message) -> MessageQuerySet:
    same = ("channel", "recipient", "webhook", "kind", "object")
    return Message.objects.filter(**{name: getattr(message, name) for name in same})


def _by_time(messages: Iterable[Message]) -> dict[int, str]:
    over = (one for one in messages if one.useful_until and one.useful_until <= now())
    return {one.pk: "It came too late to be of use." for one in over}


def _by_room(messages: Sequence[Message]) -> dict[int, str]:
    in_rooms = [one for one in messages if one.channel == Channel.WEBHOOK]
    if not in_rooms:
        return {}
    off = Webhook.objects.filter(pk__in=[one.webhook_id for one in in_rooms], disabled_at__isnull=False)
    disabled = set(off.values_list("pk", flat=True))
    return {one.pk: "The room was switched off." for one in in_rooms if one.webhook_id in disabled}


def _by_person(messages: Sequence[Message]) -> dict[int, str]:
    if not messages:
        return {}
    people = {one.recipient_id for one in messages if one.recipient_id}
    wishes = User.objects.filter(pk__in=people).values_list("pk", "mutes__scope", "notice_settings__unwanted")
    muted = {(pk, scope) for pk, scope, _ in wishes if scope is not None}
    unwanted = {pk: kinds or [] for pk, _, kinds in wishes}
    unconfirmed = _unconfirmed(one.recipient.email for one in messages if one.recipient)
    return {one.pk: reason for one in messages if (reason := _against(one, muted, unwanted, unconfirmed))}


def _against(
    message: Message, muted: set[tuple[Any, str]], unwanted: dict[Any, list[str]], unconfirmed: set[str]
) -> str:
    person = message.recipient
    if person is None or not person.is_active:
        return "The account is closed."
    if (person.pk, message.scope) in muted:
        return "The person stopped all mail from there."
    if message.kind in unwanted.get(person.pk, []):
        return "The person wants no mail of this kind."
    if person.email.lower() in unconfirmed:
        return "The address is not confirmed."
    return ""


def _unconfirmed(addresses: Iterable[str]) -> set[str]:
    """Return the addresses, in lower case, that someone gave and nobody confirmed: they may be a stranger's.

    An account made by an admin or on the command line has none to confirm.
    """
    lower = {address.lower() for address in addresses}
    given = EmailAddress.objects.annotate(lower=Lower("email")).filter(lower__in=lower)
    verified: dict[str, bool] = {}
    for address, is_verified in given.values_list("lower", "verified"):
        verified[address] = verified.get(address, False) or is_verified
    return {address for address, is_verified in verified.items() if not is_verified}
