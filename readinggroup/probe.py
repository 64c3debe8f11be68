"""`python -m readinggroup.probe`: ends with 0 when the web server on this machine answers; for health checks."""

import http.client
import sys

from django.conf import settings

PORT = 8000
SECONDS = 5


def main() -> int:
    """Ask `/readyz` under a host name that the settings allow, and return the exit status."""
    host = next(iter(settings.ALLOWED_HOSTS), "localhost").lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=SECONDS)
    try:
        connection.request("GET", "/readyz", headers={"Host": host})
        return 0 if connection.getresponse().status == http.client.OK else 1
    except (OSError, http.client.HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
