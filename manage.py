#!/usr/bin/env python
"""Run the project's commands; `manage.py local` starts everything on this machine."""

import os
import sys

from django.core.management import execute_from_command_line

LOCAL = "readinggroup.settings.local"

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", LOCAL)
    if os.environ["DJANGO_SETTINGS_MODULE"] == LOCAL and sys.argv[1:2] != ["local"]:
        from readinggroup.local.running import adopt_servers  # the package wants the settings named first

        adopt_servers()
    execute_from_command_line(sys.argv)
