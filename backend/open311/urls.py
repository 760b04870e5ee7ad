"""The paths of GeoReport v2."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from backend.open311 import views

_FORM = r"\.(?P<form>json|xml)$"
_PART = r"[^/]+?"

urlpatterns: list[URLPattern] = [
    re_path(rf"^discovery{_FORM}", views.show_discovery, name="open311-discovery"),
    re_path(rf"^services{_FORM}", views.show_services, name="open311-services"),
    re_path(rf"^services/(?P<code>{_PART}){_FORM}", views.show_service, name="open311-service"),
    re_path(rf"^requests{_FORM}", views.answer_requests, name="open311-requests"),
    re_path(rf"^requests/(?P<number>{_PART}){_FORM}", views.show_request, name="open311-request"),
    re_path(rf"^tokens/(?P<text>{_PART}){_FORM}", views.show_number_of_token, name="open311-token"),
    re_path(rf"^servicerequestupdates{_FORM}", views.answer_updates, name="open311-updates"),
]
