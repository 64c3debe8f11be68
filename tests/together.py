"""Tests of a file that uses running servers run in one worker; all others go wherever a worker is free.

Each worker starts the servers of the journeys at most once, for all such files that it is given: they come first.

The marks of pytest-xdist 3.8 for this have no effect under pytest 9.2, which no longer has the name that it changes.
"""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/journeys/", "tests/faults/test_broker_away.py")
# What waits for leases and for servers to end is begun before what computes, so that nobody waits alone at the end.
WAITING = ("tests/faults/", "tests/local/")


class Together(LoadScopeScheduling):
    """Hands out files that use servers as one piece each, and everything else test by test, in the order of `place`."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] if nodeid.startswith(TOGETHER) else nodeid


def place(nodeid: str) -> int:
    """Return where a test stands among all others; those at one place keep their order, which is random."""
    firsts = (*TOGETHER, *WAITING)
    return next((number for number, first in enumerate(firsts) if nodeid.startswith(first)), len(firsts))
