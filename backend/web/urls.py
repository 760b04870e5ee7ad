"""The paths behind this door."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from backend.web.views import devices, home, looks, metrics, plan, report, risk, tag, unit

pages: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("T/<path:raw>", tag.page, name="tag"),
    path("t/", tag.find, name="find"),
    path("t/<path:raw>", tag.page),
    path("units/<int:pk>/", unit.card, name="unit"),
    path("risk/", risk.page, name="risk"),
    path("looks/", looks.page, name="looks"),
    path("devices/", devices.page, name="devices"),
    path("devices/end/", devices.end_all, name="devices-end"),
    path("devices/<str:device_id>/end/", devices.end, name="device-end"),
    path("units/<int:pk>/plan/", plan.plan, name="plan"),
    path("units/<int:pk>/reports/<uuid:report>/", report.page, name="report"),
    path("units/<int:pk>/print/", unit.card, {"paper": True}, name="unit-print"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((pages, "web"))),
    path("i18n/", include("django.conf.urls.i18n")),
    path("metrics", metrics.metrics, name="metrics"),
]
