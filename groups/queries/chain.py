"""Whether a group's log is as it was written: none of its lines was changed, left out or put in since."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from groups.models import AuditEvent, Group

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHOWN = 16  # of the digest's 64 characters; enough to compare by eye


@dataclass(frozen=True, slots=True)
class Chain:
    """How far a log fits together: all of its lines, or up to the first that does not."""

    lines: int
    digest: str  # of the last line that fits; empty without any
    broken: int | None  # the number, from 1 on, of the first line that does not fit

    @property
    def fingerprint(self) -> str:
        """Return the beginning of the digest, in groups of four."""
        return " ".join(self.digest[place : place + 4] for place in range(0, _SHOWN, 4)).strip()


def chain_of(group: Group) -> Chain:
    """Check the log of a group, from its first line; in one statement."""
    digest, number = "", 0
    for line in AuditEvent.objects.filter(group=group).order_by("number", "pk").iterator():
        if line.number != number + 1 or not _fits(line, digest):
            return Chain(number, digest, number + 1)
        digest, number = line.digest, line.number
    return Chain(number, digest, None)


def chains(slug: str = "") -> list[tuple[str, Chain]]:
    """Check the logs of all groups by their slugs, or of one; for the operator of the server."""
    groups = Group.objects.filter(slug=slug) if slug else Group.objects.all()
    return [(group.slug, chain_of(group)) for group in groups.order_by("slug")]


def _fits(line: AuditEvent, before: str) -> bool:
    """Tell whether a line has the digest of what it says, and names whom it named."""
    people = ((line.by_mark, line.by_salt, line.by_id), (line.about_mark, line.about_salt, line.about_id))
    return line.digest == digest_of(line, before) and all(_stands_for(*person) for person in people)


def digest_of(line: AuditEvent, before: str) -> str:
    """Return what a line is chained under, behind one with the digest `before`; as the database has it (0014)."""
    microseconds = (line.at - _EPOCH) // timedelta(microseconds=1)
    said = (before, line.number, line.group_id, microseconds, line.what, line.by_mark, line.about_mark, line.object)
    return hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()


def _stands_for(mark: str, salt: UUID | None, person: int | None) -> bool:
    """Tell whether a mark stands for a person; for one who went from the server, only that there was one."""
    if person is None:
        return salt is None
    return mark == hashlib.sha256(f"{salt}:{person}".encode()).hexdigest()
