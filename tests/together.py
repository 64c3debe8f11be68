"""Tests that share running servers run in one worker; all others go wherever a worker is free.

The marks of pytest-xdist 3.8 for this have no effect under pytest 9.2, which no longer has the name that it changes.
"""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/journeys/", "tests/faults/test_broker_away.py")


class Together(LoadScopeScheduling):
    """Hands out what shares servers as one piece, the largest piece first, and everything else test by test."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)
