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
    path(
        "desk/announcements/new/", announcements.publish_announcement_view, name="announcement-new"
    ),
    path("desk/announcements/<int:pk>/", announcements.show_announcement, name="announcement"),
    path(
        "desk/announcements/<int:pk>/confirm/",
        announcements.confirm_announcement_view,
        name="announcement-confirm",
    ),
    path(
        "desk/announcements/<int:pk>/urge/", announcements.urge_addressees, name="announcement-urge"
    ),
    path(
        "desk/announcements/<int:pk>/withdraw/",
        announcements.withdraw_announcement_view,
        name="announcement-withdraw",
    ),
    path(
        "desk/announcements/<int:pk>/correct/",
        announcements.correct_announcement_view,
        name="announcement-correct",
    ),
    path(
        "desk/announcements/<int:pk>/receipts/",
        announcements.show_receipts,
        name="announcement-receipts",
    ),
    path(
        "desk/announcements/<int:pk>/by-office/",
        announcements.show_receipts_by_office,
        name="announcement-by-office",
    ),
    path(
        "desk/announcements/<int:pk>/attachments/<uuid:attachment>/",
        announcements.download_attachment,
        name="announcement-attachment",
    ),
]
