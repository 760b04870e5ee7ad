"""The paths of GeoReport v2."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from backend.open311 import views

_FORM = r"\.(?P<form>json|xml)$"
_PART = r"[^/]+?"

urlpatterns: list[URLPattern] = [
    re_path(rf"^discovery{_FORM}", views.discovery, name="open311-discovery"),
    re_path(rf"^services{_FORM}", views.services, name="open311-services"),
    re_path(rf"^services/(?P<code>{_PART}){_FORM}", views.service, name="open311-service"),
    re_path(rf"^requests{_FORM}", views.requests, name="open311-requests"),
    re_path(rf"^requests/(?P<number>{_PART}){_FORM}", views.one_request, name="open311-request"),
    re_path(rf"^tokens/(?P<text>{_PART}){_FORM}", views.token, name="open311-token"),
    re_path(rf"^servicerequestupdates{_FORM}", views.updates, name="open311-updates"),
]
