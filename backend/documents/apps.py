"""The app of official documents."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Official documents that go out."""

    name = "backend.documents"
