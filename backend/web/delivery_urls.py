"""The paths of the pages on which papers are sent to offices and received."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import deliveries, distributions, incoming

pages: list[URLPattern] = [
    path("desk/deliveries/", deliveries.index, name="deliveries"),
    path("desk/deliveries/sent/", distributions.index, name="distributions"),
    path("desk/deliveries/sent/<int:pk>/", distributions.one, name="distribution"),
    path("desk/deliveries/sent/<int:pk>/urge/", distributions.urge, name="distribution-urge"),
    path("desk/deliveries/<int:pk>/", deliveries.one, name="delivery"),
    path("desk/deliveries/<int:pk>/opening/", deliveries.open_it, name="delivery-open"),
    path("desk/deliveries/<int:pk>/signature/", deliveries.sign, name="delivery-sign"),
    path("desk/deliveries/<int:pk>/return/", deliveries.give_back, name="delivery-return"),
    path("desk/deliveries/<int:pk>/recall/", deliveries.recall, name="delivery-recall"),
    path("desk/deliveries/<int:pk>/pass-on/", deliveries.pass_on, name="delivery-pass-on"),
    path("desk/deliveries/<int:pk>/registration/", incoming.register, name="delivery-register"),
    path("desk/incoming/new/", incoming.new, name="incoming-new"),
    path("desk/incoming/<int:pk>/scan/", incoming.scan, name="incoming-scan"),
    path("papers/<int:pk>/send/", distributions.send, name="paper-send"),
]
