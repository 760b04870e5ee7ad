"""The paths of the pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from backend.web import (
    absence_urls,
    address_book_urls,
    announcement_urls,
    application_urls,
    calendar_urls,
    clerk_urls,
    delivery_urls,
    matter_urls,
)
from backend.web.views import (
    accounts,
    calendar,
    conflicts,
    desk_hotline,
    devices,
    documents,
    holidays,
    home,
    hot_spots,
    hotline,
    looks,
    mappings,
    metrics,
    notifications,
    offices,
    paper,
    papers,
    plan,
    posts,
    report,
    risk,
    tag,
    tasks,
    tokens,
    unit,
    verification,
)

pages: list[URLPattern | URLResolver] = [
    path("", home.show_home, name="home"),
    path("T/<path:raw>", tag.page, name="tag"),
    path("t/", tag.redirect_to_tag, name="find"),
    path("t/<path:raw>", tag.page),
    path("V/", verification.look_up_paper, name="verification-find"),
    path("V/<path:raw>", verification.page, name="verification"),
    path("desk/papers/", papers.index, name="papers"),
    path("papers/<int:pk>/", paper.page, name="paper"),
    path("papers/<int:pk>/pdf/", paper.download_pdf_view, name="paper-pdf"),
    path("papers/<int:pk>/edit/", paper.edit_paper_view, name="paper-edit"),
    path("papers/<int:pk>/register/", paper.register_paper_view, name="paper-register"),
    path("papers/<int:pk>/issue/", paper.issue_paper_view, name="paper-issue"),
    path("papers/<int:pk>/replace/", paper.draft_replacement_view, name="paper-replace"),
    path("papers/<int:pk>/withdraw/", paper.withdraw_paper_view, name="paper-withdraw"),
    path("papers/<int:pk>/serve/", paper.serve_paper_view, name="paper-serve"),
    path(
        "papers/<int:pk>/services/<int:service>/settle/",
        paper.settle_service_view,
        name="paper-settle",
    ),
    path("units/<int:pk>/", unit.show_unit_card, name="unit"),
    path("risk/", risk.page, name="risk"),
    path("hotline/", hotline.write_letter, name="hotline"),
    path("hotline/challenge/", hotline.answer_challenge, name="hotline-challenge"),
    path("hotline/follow/", hotline.follow_matter, name="hotline-follow"),
    path("hotline/hot-spots/", hot_spots.page, name="hot-spots"),
    path("hotline/clusters/<int:pk>/", hot_spots.show_cluster, name="cluster"),
    path("desk/hotline/new/", desk_hotline.enter_letter, name="desk-hotline"),
    path("desk/hotline/hints/", desk_hotline.show_hints, name="desk-hotline-hints"),
    path("desk/hotline/<int:pk>/join/", desk_hotline.join_matters_view, name="desk-hotline-join"),
    path("desk/hotline/<int:pk>/paper/", desk_hotline.draft_paper_view, name="desk-hotline-paper"),
    path("desk/hotline/<int:pk>/visit/", desk_hotline.plan_visit_view, name="desk-hotline-visit"),
    path(
        "desk/hotline/<int:pk>/reporter/", desk_hotline.show_reporter, name="desk-hotline-reporter"
    ),
    path("desk/documents/", documents.index, name="documents"),
    path("desk/documents/new/", documents.draft_document_view, name="document-new"),
    path("desk/documents/<int:pk>/edit/", documents.edit_document_view, name="document-edit"),
    path("desk/documents/<int:pk>/pdf/", documents.download_pdf_view, name="document-pdf"),
    path("desk/documents/<int:pk>/attach/", documents.attach_file_view, name="document-attach"),
    path(
        "desk/documents/<int:pk>/attachments/<uuid:attachment>/",
        documents.download_attachment,
        name="document-attachment",
    ),
    path(
        "desk/documents/<int:pk>/attachments/<uuid:attachment>/remove/",
        documents.detach_file_view,
        name="document-detach",
    ),
    path("looks/", looks.page, name="looks"),
    path("conflicts/", conflicts.page, name="conflicts"),
    path("devices/", devices.page, name="devices"),
    path("devices/end/", devices.end_everywhere, name="devices-end"),
    path("devices/<str:device_id>/end/", devices.end_own_device, name="device-end"),
    path("notifications/", notifications.page, name="notifications"),
    path("notifications/read/", notifications.mark_all_read_view, name="notifications-read"),
    path(
        "notifications/<int:pk>/read/", notifications.mark_read_and_follow, name="notification-read"
    ),
    path("tokens/", tokens.page, name="tokens"),
    path("tokens/end/", tokens.end_token_view, name="token-end"),
    path("invitations/<int:pk>/accept/", devices.accept_invitation_view, name="invitation-accept"),
    path(
        "invitations/<int:pk>/decline/", devices.decline_invitation_view, name="invitation-decline"
    ),
    path("administration/accounts/", accounts.index, name="accounts"),
    path("administration/accounts/new/", accounts.open_account, name="account-new"),
    path("administration/accounts/<int:pk>/", accounts.show_account, name="account"),
    path(
        "administration/accounts/<int:pk>/posts/", posts.show_posts_of_account, name="account-posts"
    ),
    path("administration/posts/<int:pk>/end/", posts.end_post_view, name="post-end"),
    path("posts/", posts.show_own_posts, name="posts"),
    path("posts/<int:pk>/substitute/", posts.name_substitute_view, name="substitute"),
    path("substitutions/<int:pk>/end/", posts.end_substitution_view, name="substitution-end"),
    path("offices/", offices.index, name="offices"),
    path("administration/offices/<int:pk>/", offices.show_office, name="office"),
    path("administration/offices/<int:pk>/open/", offices.open_department_view, name="office-open"),
    path("administration/offices/<int:pk>/close/", offices.close_office_view, name="office-close"),
    path("administration/offices/<int:pk>/give/", offices.give_post_view, name="office-give"),
    path(
        "administration/accounts/<int:pk>/password/", accounts.reset_password, name="account-reset"
    ),
    path(
        "administration/accounts/<int:pk>/sign-out/",
        accounts.sign_account_out,
        name="account-sign-out",
    ),
    path(
        "administration/accounts/<int:pk>/close/", accounts.close_account_view, name="account-close"
    ),
    path(
        "administration/accounts/<int:pk>/open/", accounts.reopen_account_view, name="account-open"
    ),
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
    path("units/<int:pk>/plan/", plan.plan_inspection_view, name="plan"),
    path("imports/mappings/", mappings.page, name="mappings"),
    path("imports/mappings/<int:pk>/end/", mappings.end_mapping_view, name="mapping-end"),
    path("plan/", tasks.show_week, name="work-plan"),
    path("tasks/<int:pk>/", tasks.show_task, name="task"),
    path("tasks/<int:pk>/move/", tasks.move_or_reassign_task, name="task-move"),
    path("tasks/<int:pk>/announce/", tasks.announce_task_view, name="task-announce"),
    path("tasks/<int:pk>/cancel/", tasks.cancel_task_view, name="task-cancel"),
    path("units/<int:pk>/reports/<uuid:report>/", report.page, name="report"),
    path("units/<int:pk>/print/", unit.show_unit_card, {"paper": True}, name="unit-print"),
    *application_urls.pages,
    *clerk_urls.pages,
    *matter_urls.pages,
    *delivery_urls.pages,
    *absence_urls.pages,
    *calendar_urls.pages,
    *announcement_urls.pages,
    *address_book_urls.pages,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((pages, "web"))),
    path("i18n/", include("django.conf.urls.i18n")),
    path("calendar/<str:token>.ics", calendar.answer_feed, name="calendar-read"),
    path("metrics", metrics.show_metrics, name="metrics"),
]
