"""Let one-off commands (`manage.py ingest`, `manage.py shell`) find the servers that `make run` started."""

import contextlib
import json
import os
from pathlib import Path

from readinggroup.local import state

ROOT = Path(__file__).resolve().parents[2]


def adopt_servers() -> None:
    """Set the servers' addresses in the environment, as far as it does not name servers by itself."""
    folder = Path(os.environ.get("STATE_DIR") or ROOT / "var")
    with contextlib.suppress(ValueError, KeyError):
        for name, address in json.loads(state.holder_of(folder))["environment"].items():
            os.environ.setdefault(name, address)
