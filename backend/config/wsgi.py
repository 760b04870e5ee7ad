"""The WSGI entry point."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from backend.lib.collector import leave_out_loaded_objects

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
application = get_wsgi_application()
# The first request would load every view otherwise, after the objects that are left out are taken.
get_resolver().url_patterns  # noqa: B018 - reading it loads them
leave_out_loaded_objects()
