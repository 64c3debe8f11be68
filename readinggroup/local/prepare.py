"""Bring the tables, the demo and the static files up to date, in one process because each start costs a second."""

import django
from django.core.management import call_command


def main() -> None:
    """Migrate, load the demo and collect the static files; harmless to repeat."""
    django.setup()
    call_command("migrate", interactive=False)
    call_command("demo")
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    main()
