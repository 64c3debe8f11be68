"""The browser that the tests look at pages with: where it is, and how it is started."""

import os
import shutil

# The first has no window to draw in and takes a quarter less of the processor for the same pages.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--single-threaded",
]
MISSING = "no Chromium found: apt-get install chromium-headless-shell, or set CHROMIUM to the path of one"


def find() -> str | None:
    """Return the path of the browser that is named by CHROMIUM, else of this machine's own."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
