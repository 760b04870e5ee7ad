"""Which tasks run by themselves, how often or at which hour of the night in China."""

from __future__ import annotations

from celery.schedules import crontab

_PERIODIC = {
    "settle-waiting-items": ("backend.fieldwork.tasks.settle_waiting", 60.0),
    "sweep-uploads": ("backend.fieldwork.tasks.sweep_uploads", 60.0),
    "send-waiting-notifications": ("backend.notifications.tasks.send_waiting", 60.0),
    "send-waiting-jobs": ("backend.jobs.tasks.send_again", 60.0),
    "deliver-spooled-photos": ("backend.evidence.tasks.deliver_spooled", 60.0),
    "open-cases-about-harvests": ("backend.cases.tasks.open_cases_about_harvests", 60.0),
    "take-in-visits": ("backend.hotline.tasks.take_in_reported_visits", 60.0),
    "follow-register": ("backend.risk.tasks.follow_register", 10.0),
    "pass-deadlines-of-matters": ("backend.matters.tasks.pass_deadlines", 60.0),
    "warn-of-deadlines": ("backend.matters.tasks.warn_of_deadlines", 600.0),
    "renew-undecided-licences": ("backend.approvals.tasks.renew_undecided", 300.0),
    "pass-matters-to-heirs": ("backend.matters.tasks.pass_to_heirs", 300.0),
    "address-newcomers": ("backend.announcements.tasks.address_newcomers", 600.0),
    "make-cards": ("backend.inspections.tasks.make_cards", 10.0),
    "ask-for-progress": ("backend.supervised_tasks.tasks.ask_for_progress", 300.0),
}
# By the clock, where an interval would never end: a scheduler that is made anew begins it anew.
_NIGHTLY = {
    "count-provisional-deadlines": (
        "backend.matters.tasks.count_provisional_anew",
        crontab("15", "3"),
    ),
    "forget-old-answers": ("backend.repeats.tasks.forget_old_answers", crontab("45", "3")),
    "forget-old-changes": ("backend.events.tasks.forget_old_changes", crontab("30", "3")),
    "clear-unnamed-photos": ("backend.fieldwork.tasks.clear_unnamed", crontab("0", "4")),
    "clear-unnamed-objects": ("backend.evidence.tasks.clear_unnamed", crontab("30", "4")),
    "remove-failed-labels": ("tagging.tasks.remove_failed_parts", crontab("15", "4")),
    "clear-old-tables": ("backend.exchange.tasks.clear_old", crontab("45", "4")),
    "clear-old-exports": ("backend.matters.tasks.clear_old_exports", crontab("50", "4")),
    "apply-retention-rules": ("backend.retention.tasks.apply_retention_rules", crontab("0", "5")),
    "find-clusters": ("backend.hotline.tasks.find_clusters_until_yesterday", crontab("30", "5")),
    # Each day, for a Monday on which no worker ran: nobody is told twice of a week.
    "send-weekly-digests": ("backend.hotline.tasks.send_weekly_digests", crontab("0", "8")),
}
# Ordered when the holidays of a year are loaded, and each night: what was counted over them.
COUNTED_BY_HOLIDAYS: tuple[str, ...] = ("backend.matters.tasks.count_provisional_anew",)
_DAY_S = 86_400.0
# An order that no worker took in time is worthless: the next one does all that it would.
BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, (task, seconds) in _PERIODIC.items()
} | {
    name: {"task": task, "schedule": hour, "options": {"expires": _DAY_S}}
    for name, (task, hour) in _NIGHTLY.items()
}
