"""The paths of the pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from backend.web.views import (
    accounts,
    conflicts,
    devices,
    holidays,
    home,
    looks,
    mappings,
    metrics,
    notifications,
    plan,
    report,
    risk,
    tag,
    tasks,
    tokens,
    unit,
)

pages: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("T/<path:raw>", tag.page, name="tag"),
    path("t/", tag.redirect_to_tag, name="find"),
    path("t/<path:raw>", tag.page),
    path("units/<int:pk>/", unit.card, name="unit"),
    path("risk/", risk.page, name="risk"),
    path("looks/", looks.page, name="looks"),
    path("conflicts/", conflicts.page, name="conflicts"),
    path("devices/", devices.page, name="devices"),
    path("devices/end/", devices.end_everywhere, name="devices-end"),
    path("devices/<str:device_id>/end/", devices.end_device, name="device-end"),
    path("notifications/", notifications.page, name="notifications"),
    path("notifications/read/", notifications.read_all, name="notifications-read"),
    path("notifications/<int:pk>/read/", notifications.read, name="notification-read"),
    path("tokens/", tokens.page, name="tokens"),
    path("tokens/end/", tokens.end, name="token-end"),
    path("invitations/<int:pk>/accept/", devices.accept, name="invitation-accept"),
    path("invitations/<int:pk>/decline/", devices.decline, name="invitation-decline"),
    path("administration/accounts/", accounts.index, name="accounts"),
    path("administration/accounts/new/", accounts.new, name="account-new"),
    path("administration/accounts/<int:pk>/", accounts.one, name="account"),
    path("administration/accounts/<int:pk>/password/", accounts.reset, name="account-reset"),
    path("administration/accounts/<int:pk>/sign-out/", accounts.sign_out, name="account-sign-out"),
    path("administration/accounts/<int:pk>/close/", accounts.close, name="account-close"),
    path("administration/accounts/<int:pk>/open/", accounts.reopen, name="account-open"),
    path(
        "administration/accounts/<int:pk>/invite/", accounts.invite_to_entity, name="account-invite"
    ),
    path(
        "administration/accounts/<int:pk>/devices/<str:device_id>/end/",
        accounts.end_device,
        name="account-device-end",
    ),
    path(
        "administration/accounts/<int:pk>/memberships/<int:membership>/end/",
        accounts.end_membership,
        name="account-membership-end",
    ),
    path("administration/holidays/", holidays.page, name="holidays"),
    path("units/<int:pk>/plan/", plan.plan, name="plan"),
    path("imports/mappings/", mappings.page, name="mappings"),
    path("imports/mappings/<int:pk>/end/", mappings.end, name="mapping-end"),
    path("plan/", tasks.week, name="work-plan"),
    path("tasks/<int:pk>/", tasks.page, name="task"),
    path("tasks/<int:pk>/move/", tasks.move_or_reassign, name="task-move"),
    path("tasks/<int:pk>/announce/", tasks.show_to_enterprise, name="task-announce"),
    path("tasks/<int:pk>/cancel/", tasks.cancel, name="task-cancel"),
    path("units/<int:pk>/reports/<uuid:report>/", report.page, name="report"),
    path("units/<int:pk>/print/", unit.card, {"paper": True}, name="unit-print"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((pages, "web"))),
    path("i18n/", include("django.conf.urls.i18n")),
    path("metrics", metrics.metrics, name="metrics"),
]
