"""Every door and where it stands."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("backend.accounts.urls")),
    path("api/", include("backend.api.urls")),
    path("m/", include("mobile_api.client")),
    path("mobile/v1/", include("mobile_api.urls")),
    path("open311/v2/", include("backend.open311.urls")),
    path("", include("backend.maps.urls")),
    path("", include("backend.web.urls")),
]

handler404 = "backend.web.errors.page_not_found"
handler500 = "backend.web.errors.internal_error"
