"""The paths of the pages on which people say that they are away, and see who is."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import absences

pages: list[URLPattern] = [
    path("desk/absences/", absences.index, name="absences"),
    path("desk/absences/new/", absences.enter_absence_view, name="absence-new"),
    path("desk/absences/<int:pk>/end/", absences.end_absence_view, name="absence-end"),
    path("desk/unattended/", absences.show_unattended, name="unattended"),
    path(
        "administration/accounts/<int:pk>/absence/",
        absences.enter_absence_of_account_view,
        name="account-absence",
    ),
]
