"""The routes of an installation with a mail server."""

from __future__ import annotations

from django.urls import include, path

from backend.accounts.urls import by_mail
from backend.config.urls import urlpatterns as plain

urlpatterns = [path("accounts/", include(by_mail)), *plain]
