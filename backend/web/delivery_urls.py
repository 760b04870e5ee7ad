"""The paths of the pages on which papers are sent to offices and received."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import deliveries, distributions, incoming

pages: list[URLPattern] = [
    path("desk/deliveries/", deliveries.index, name="deliveries"),
    path("desk/deliveries/sent/", distributions.index, name="distributions"),
    path("desk/deliveries/sent/<int:pk>/", distributions.show_distribution, name="distribution"),
    path(
        "desk/deliveries/sent/<int:pk>/urge/",
        distributions.urge_receivers_view,
        name="distribution-urge",
    ),
    path("desk/deliveries/<int:pk>/", deliveries.show_delivery, name="delivery"),
    path("desk/deliveries/<int:pk>/opening/", deliveries.open_delivery_view, name="delivery-open"),
    path(
        "desk/deliveries/<int:pk>/signature/",
        deliveries.sign_for_delivery_view,
        name="delivery-sign",
    ),
    path(
        "desk/deliveries/<int:pk>/return/", deliveries.return_delivery_view, name="delivery-return"
    ),
    path(
        "desk/deliveries/<int:pk>/recall/", deliveries.recall_delivery_view, name="delivery-recall"
    ),
    path("desk/deliveries/<int:pk>/pass-on/", deliveries.pass_delivery_on, name="delivery-pass-on"),
    path(
        "desk/deliveries/<int:pk>/registration/",
        incoming.register_delivery_view,
        name="delivery-register",
    ),
    path("desk/incoming/new/", incoming.register_paper_view, name="incoming-new"),
    path("desk/incoming/<int:pk>/scan/", incoming.download_scan, name="incoming-scan"),
    path("papers/<int:pk>/send/", distributions.send_paper_view, name="paper-send"),
]
