"""Comments that are sent three times, twice at the same time, are kept once; `COMMENTS=10000` sends so many."""

import os
import threading
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client

from discussion.models import Comment
from tests.factories import MembershipFactory, PaperFactory, make_cast

COMMENTS = int(os.environ.get("COMMENTS", "40"))
LOTS, PAPERS = 2, 20


@pytest.mark.django_db(transaction=True)
def test_comments_sent_three_times_are_kept_once() -> None:
    cast = make_cast()
    papers = [PaperFactory().address for _ in range(PAPERS)]
    keys = [uuid4() for _ in range(COMMENTS)]
    refused: list[int] = []

    def send(lot: int, again: bool, together: threading.Barrier) -> None:
        """Send a lot of the comments; who sends `again` does so once more, as after an answer that never came."""
        client = Client()
        client.force_login(people[lot])
        try:
            for n in range(lot, COMMENTS, LOTS):
                address = f"/g/{cast.group.slug}/papers/{papers[n % PAPERS]}/comments/"
                together.wait()
                for _ in range(2 if again else 1):
                    answer = client.post(address, {"key": str(keys[n]), "text": f"Thought {n}."})
                    refused.extend([answer.status_code] if answer.status_code != 302 else [])
        finally:
            connections.close_all()

    people = [MembershipFactory(group=cast.group).user for _ in range(LOTS)]
    threads = []
    for lot in range(LOTS):
        together = threading.Barrier(2)
        threads += [threading.Thread(target=send, args=[lot, again, together]) for again in (False, True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept: dict[UUID, str] = dict(Comment.objects.values_list("key", "markdown"))
    assert refused == []
    assert Comment.objects.count() == COMMENTS
    assert kept == {key: f"Thought {n}." for n, key in enumerate(keys)}
