"""Bring the tables and the demo up to date, in one process because each start costs a second."""

import django
from django.core.management import call_command


def main() -> None:
    """Migrate, and load the demo; harmless to repeat."""
    django.setup()
    call_command("migrate", interactive=False)
    call_command("demo")


if __name__ == "__main__":
    main()
