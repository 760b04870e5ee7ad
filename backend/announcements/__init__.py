"""Announcements (通知公告): what an office tells its people, and who has read and confirmed it."""
