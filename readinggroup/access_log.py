"""The line that the web server logs for each request."""

from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from readinggroup.logs import without_secrets


class AccessLog(Logger):  # type: ignore[misc]
    """What gunicorn logs, without the secrets of addresses."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """Return what a line may be made of."""
        atoms = super().atoms(resp, req, environ, request_time)
        return {name: without_secrets(value) if isinstance(value, str) else value for name, value in atoms.items()}
