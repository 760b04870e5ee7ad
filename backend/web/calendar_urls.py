"""The paths of the pages of meetings, the duty roster and the calendar feed."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import calendar, duty, holiday_duty, meeting_rooms, meetings, rosters, swaps

pages: list[URLPattern] = [
    path("desk/calendar/", calendar.mine, name="calendar"),
    path("desk/calendar/feed/", calendar.own_feed, name="calendar-feed"),
    path("desk/calendar/feed/end/", calendar.end, name="calendar-feed-end"),
    path("desk/meetings/", meetings.index, name="meetings"),
    path("desk/meetings/new/", meetings.new, name="meeting-new"),
    path("desk/meetings/<int:pk>/", meetings.one, name="meeting"),
    path("desk/meetings/<int:pk>/answer/", meetings.answer, name="meeting-answer"),
    path("desk/meetings/<int:pk>/move/", meetings.move, name="meeting-move"),
    path("desk/meetings/<int:pk>/cancel/", meetings.cancel, name="meeting-cancel"),
    path("desk/meetings/<int:pk>/words/", meetings.reword, name="meeting-reword"),
    path("desk/meetings/<int:pk>/ask/", meetings.ask, name="meeting-ask"),
    path("desk/meeting-rooms/", meeting_rooms.index, name="meeting-rooms"),
    path("desk/meeting-rooms/<int:pk>/close/", meeting_rooms.close, name="meeting-room-close"),
    path("desk/duty/", duty.page, name="duty"),
    path("desk/duty/holidays/", holiday_duty.page, name="holiday-duty"),
    path("desk/duty/holidays/table/", holiday_duty.table, name="holiday-duty-table"),
    path("desk/duty/rosters/", rosters.index, name="rosters"),
    path("desk/duty/rosters/shifts/", rosters.new_shift, name="shift-new"),
    path("desk/duty/rosters/phone/", rosters.phone, name="duty-phone"),
    path("desk/duty/rosters/<int:pk>/", rosters.one, name="roster"),
    path("desk/duty/rosters/<int:pk>/fill/", rosters.fill, name="roster-fill"),
    path("desk/duty/rosters/<int:pk>/set/", rosters.set_day, name="roster-set"),
    path("desk/duty/rosters/<int:pk>/publish/", rosters.publish, name="roster-publish"),
    path("desk/duty/shifts/<int:pk>/end/", rosters.end, name="shift-end"),
    path("desk/duty/<int:pk>/swap/", swaps.ask, name="duty-swap"),
    path("desk/duty/swaps/<int:pk>/agree/", swaps.agree, name="swap-agree"),
    path("desk/duty/swaps/<int:pk>/refuse/", swaps.refuse, name="swap-refuse"),
]
