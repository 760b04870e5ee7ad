"""The paths of the pages of online approval."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import applications, certificates

pages: list[URLPattern] = [
    path("applications/", applications.guides, name="applications"),
    path("applications/decisions/", applications.decisions, name="application-decisions"),
    path("applications/mine/", applications.mine, name="applications-mine"),
    path("applications/guides/<slug:kind>/", applications.guide, name="application-guide"),
    path("applications/new/<slug:kind>/", applications.new, name="application-new"),
    path("applications/<int:pk>/", applications.one, name="application"),
    path("applications/<int:pk>/supply/", applications.send_supplement, name="application-supply"),
    path("applications/<int:pk>/withdraw/", applications.take_back, name="application-withdraw"),
    path("applications/<int:pk>/hearing/", applications.demand_hearing, name="application-hearing"),
    path(
        "applications/<int:pk>/files/<int:attachment>/", applications.file, name="application-file"
    ),
    path("applications/<int:pk>/papers/<int:paper>/", applications.paper, name="application-paper"),
    path("certificates/", certificates.index, name="certificates"),
    path("certificates/<int:pk>/", certificates.one, name="certificate"),
    path("certificates/<int:pk>/end/", certificates.end, name="certificate-end"),
]
