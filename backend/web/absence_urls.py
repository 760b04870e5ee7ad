"""The paths of the pages on which people say that they are away, and see who is."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import absences

pages: list[URLPattern] = [
    path("desk/absences/", absences.index, name="absences"),
    path("desk/absences/new/", absences.new, name="absence-new"),
    path("desk/absences/<int:pk>/end/", absences.end, name="absence-end"),
    path("desk/unattended/", absences.show_unattended, name="unattended"),
    path("administration/accounts/<int:pk>/absence/", absences.of_account, name="account-absence"),
]
