"""The paths of the interface for phones."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from backend.lib import environ
from backend.lib.problems import page_not_found
from mobile_api.decisions import DecisionsView
from mobile_api.enclosures import EnclosurePagesView, EnclosureView
from mobile_api.history import UnitHistoryView
from mobile_api.limits import LimitsView
from mobile_api.matters import AssignmentsView, MatterView
from mobile_api.outbox import OutboxView
from mobile_api.pack import PackEstimateView, PackView
from mobile_api.past_matters import BegunMattersView, DecidedMattersView
from mobile_api.people import PeopleView
from mobile_api.photos import PhotoView
from mobile_api.ping import PingView
from mobile_api.receipts import ReceiptsView
from mobile_api.reports import ChecklistsView, ReportView
from mobile_api.scans import ScansView, UnitView
from mobile_api.sign_in_views import DevicesView, OneDeviceView, SignInView, SignOutView
from mobile_api.uploads import UploadsView, UploadView

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", SignInView.as_view(), name="mobile-sign-in"),
    path("sign-out", SignOutView.as_view(), name="mobile-sign-out"),
    path("devices", DevicesView.as_view(), name="mobile-devices"),
    path("devices/<str:device_id>", OneDeviceView.as_view(), name="mobile-device"),
    path("scans", ScansView.as_view(), name="mobile-scans"),
    path("units/<int:unit>", UnitView.as_view(), name="mobile-unit"),
    path("units/<int:unit>/history", UnitHistoryView.as_view(), name="mobile-unit-history"),
    path("photos/<str:sha256>", PhotoView.as_view(), name="mobile-photo"),
    path("pack", PackView.as_view(), name="mobile-pack"),
    path("pack/estimate", PackEstimateView.as_view(), name="mobile-pack-estimate"),
    path("limits", LimitsView.as_view(), name="mobile-limits"),
    path("outbox", OutboxView.as_view(), name="mobile-outbox"),
    path("receipts", ReceiptsView.as_view(), name="mobile-receipts"),
    path("assignments", AssignmentsView.as_view(), name="mobile-assignments"),
    path("matters/<int:matter>", MatterView.as_view(), name="mobile-matter"),
    path(
        "matters/<int:matter>/enclosures/<slug:key>",
        EnclosureView.as_view(),
        name="mobile-enclosure",
    ),
    path(
        "matters/<int:matter>/enclosures/<slug:key>/pages",
        EnclosurePagesView.as_view(),
        name="mobile-enclosure-pages",
    ),
    path("matters/<int:matter>/people", PeopleView.as_view(), name="mobile-people"),
    path("matters/decided", DecidedMattersView.as_view(), name="mobile-decided-matters"),
    path("matters/begun", BegunMattersView.as_view(), name="mobile-begun-matters"),
    path("decisions", DecisionsView.as_view(), name="mobile-decisions"),
    path("uploads", UploadsView.as_view(), name="mobile-uploads"),
    path("uploads/<uuid:upload>", UploadView.as_view(), name="mobile-upload"),
    path("reports/<uuid:report>", ReportView.as_view(), name="mobile-report"),
    path("checklists", ChecklistsView.as_view(), name="mobile-checklists"),
]
if environ.read_flag("BENCH_PING", default=False):
    urlpatterns.append(path("ping", PingView.as_view(), name="mobile-ping"))
# Exempt, else a POST to a wrong path would be told of a missing CSRF token, as a page.
urlpatterns.append(re_path(r"^.*$", csrf_exempt(page_not_found)))
