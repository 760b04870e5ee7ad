"""The paths of the pages of online approval."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import applications, certificates

pages: list[URLPattern] = [
    path("applications/", applications.show_guides, name="applications"),
    path(
        "applications/decisions/", applications.show_public_decisions, name="application-decisions"
    ),
    path("applications/mine/", applications.show_own_applications, name="applications-mine"),
    path("applications/guides/<slug:kind>/", applications.show_guide, name="application-guide"),
    path("applications/new/<slug:kind>/", applications.enter_application, name="application-new"),
    path("applications/<int:pk>/", applications.show_application, name="application"),
    path("applications/<int:pk>/supply/", applications.send_supplement, name="application-supply"),
    path(
        "applications/<int:pk>/withdraw/",
        applications.withdraw_application_view,
        name="application-withdraw",
    ),
    path("applications/<int:pk>/hearing/", applications.demand_hearing, name="application-hearing"),
    path(
        "applications/<int:pk>/files/<int:attachment>/",
        applications.download_file,
        name="application-file",
    ),
    path(
        "applications/<int:pk>/papers/<int:paper>/",
        applications.download_paper_view,
        name="application-paper",
    ),
    path("certificates/", certificates.index, name="certificates"),
    path("certificates/<int:pk>/", certificates.show_certificate, name="certificate"),
    path("certificates/<int:pk>/end/", certificates.end_certificate_view, name="certificate-end"),
]
