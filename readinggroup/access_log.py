"""The line that the web server logs for each request."""

from typing import Any

from gunicorn.glogging import Logger, SafeAtoms

from readinggroup.logs import without_secrets


class _Atoms(SafeAtoms):  # type: ignore[misc]
    """What a line may be made of; only what it is made of is looked at."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        return without_secrets(value) if isinstance(value, str) else value


class AccessLog(Logger):  # type: ignore[misc]
    """What gunicorn logs, without the secrets of addresses."""

    atoms_wrapper_class = _Atoms
