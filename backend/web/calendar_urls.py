"""The paths of the pages of meetings, the duty roster and the calendar feed."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import calendar, duty, holiday_duty, meeting_rooms, meetings, rosters, swaps

pages: list[URLPattern] = [
    path("desk/calendar/", calendar.show_own_calendar, name="calendar"),
    path("desk/calendar/feed/", calendar.show_own_feed, name="calendar-feed"),
    path("desk/calendar/feed/end/", calendar.end_own_feed, name="calendar-feed-end"),
    path("desk/meetings/", meetings.index, name="meetings"),
    path("desk/meetings/new/", meetings.call_meeting_view, name="meeting-new"),
    path("desk/meetings/<int:pk>/", meetings.show_meeting, name="meeting"),
    path("desk/meetings/<int:pk>/answer/", meetings.answer_invitation_view, name="meeting-answer"),
    path("desk/meetings/<int:pk>/move/", meetings.move_meeting_view, name="meeting-move"),
    path("desk/meetings/<int:pk>/cancel/", meetings.cancel_meeting_view, name="meeting-cancel"),
    path("desk/meetings/<int:pk>/words/", meetings.reword_meeting_view, name="meeting-reword"),
    path("desk/meetings/<int:pk>/ask/", meetings.ask_further_people, name="meeting-ask"),
    path("desk/meeting-rooms/", meeting_rooms.index, name="meeting-rooms"),
    path(
        "desk/meeting-rooms/<int:pk>/close/",
        meeting_rooms.close_room_view,
        name="meeting-room-close",
    ),
    path("desk/duty/", duty.page, name="duty"),
    path("desk/duty/holidays/", holiday_duty.page, name="holiday-duty"),
    path("desk/duty/holidays/table/", holiday_duty.table, name="holiday-duty-table"),
    path("desk/duty/rosters/", rosters.index, name="rosters"),
    path("desk/duty/rosters/shifts/", rosters.open_shift_view, name="shift-new"),
    path("desk/duty/rosters/phone/", rosters.set_duty_phone_view, name="duty-phone"),
    path("desk/duty/rosters/<int:pk>/", rosters.show_roster, name="roster"),
    path("desk/duty/rosters/<int:pk>/fill/", rosters.fill_roster_view, name="roster-fill"),
    path("desk/duty/rosters/<int:pk>/set/", rosters.set_duty_view, name="roster-set"),
    path("desk/duty/rosters/<int:pk>/publish/", rosters.publish_roster_view, name="roster-publish"),
    path("desk/duty/shifts/<int:pk>/end/", rosters.end_shift_view, name="shift-end"),
    path("desk/duty/<int:pk>/swap/", swaps.ask_swap_view, name="duty-swap"),
    path("desk/duty/swaps/<int:pk>/agree/", swaps.agree_swap_view, name="swap-agree"),
    path("desk/duty/swaps/<int:pk>/refuse/", swaps.refuse_swap_view, name="swap-refuse"),
]
