"""The web server's door."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readinggroup.settings.production")
application = get_wsgi_application()

# Web processes are forked from here (`--preload`): what is loaded now, and looked at by no collector, they share.
_ = get_resolver().url_patterns
templates = engines["jinja2"].env  # type: ignore[attr-defined]
for name in templates.list_templates():
    templates.get_template(name)
gc.collect()
gc.freeze()
