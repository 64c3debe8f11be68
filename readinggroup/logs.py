"""Lines of logs, without the secrets that stand in addresses: a log is read and kept by more people than a link."""

import logging
import re

# What follows these words in a path is a secret; `%2F` is how an address writes a path in its query. The last word is
# what other log-in services send back with.
_SECRET = re.compile(
    r"((?:/|%2F)(?:join|feeds|answer|stop|confirm-email|key)(?:/|%2F)|[?&]code=)[^/?&%\s\"'<>]+", re.IGNORECASE
)


def without_secrets(text: str) -> str:
    """Return a line with `…` for each secret of an address in it."""
    return _SECRET.sub(r"\1…", text)


class Lines(logging.Formatter):
    """Formats what Django and our own code log."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
