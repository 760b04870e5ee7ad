"""A construction notice as its form is filled in."""

from __future__ import annotations

NOTICE = {
    "work": "installation", "category": "电梯", "address": "泉城路1号", "contractor": "某安装公司",
    "licence_no": "TS3310890-2025", "user": "某单位", "starts_on": "2026-12-01",
    "ends_on": "2026-12-20", "contact": "某", "contact_phone": "0531-88001234",
}  # fmt: skip
