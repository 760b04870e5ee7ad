"""The paths of the pages on which announcements are read, published and followed."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import announcements

pages: list[URLPattern] = [
    path("desk/announcements/", announcements.index, name="announcements"),
    path(
        "desk/announcements/published/",
        announcements.index_published,
        name="announcements-published",
    ),
    path("desk/announcements/new/", announcements.new, name="announcement-new"),
    path("desk/announcements/<int:pk>/", announcements.one, name="announcement"),
    path(
        "desk/announcements/<int:pk>/confirm/", announcements.confirm, name="announcement-confirm"
    ),
    path("desk/announcements/<int:pk>/urge/", announcements.urge, name="announcement-urge"),
    path(
        "desk/announcements/<int:pk>/withdraw/",
        announcements.withdraw,
        name="announcement-withdraw",
    ),
    path(
        "desk/announcements/<int:pk>/correct/", announcements.correct, name="announcement-correct"
    ),
    path(
        "desk/announcements/<int:pk>/receipts/",
        announcements.receipts,
        name="announcement-receipts",
    ),
    path(
        "desk/announcements/<int:pk>/by-office/",
        announcements.by_office,
        name="announcement-by-office",
    ),
    path(
        "desk/announcements/<int:pk>/attachments/<uuid:attachment>/",
        announcements.attachment,
        name="announcement-attachment",
    ),
]
