"""Tests of a file that uses running servers run in one worker; all others go wherever a worker is free.

Each worker starts the servers at most once, for all such files that it is given.

The marks of pytest-xdist 3.8 for this have no effect under pytest 9.2, which no longer has the name that it changes.
"""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/journeys/", "tests/faults/test_broker_away.py")


class Together(LoadScopeScheduling):
    """Hands out files that use servers as one piece each, the largest piece first, and everything else test by test."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] if nodeid.startswith(TOGETHER) else nodeid
