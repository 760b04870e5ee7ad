"""A notice for 2027 as it might be; the real one was not published when this was written."""

from __future__ import annotations

from typing import Any

NOTICE_2027: dict[str, Any] = {
    "year": 2027,
    "number": "国办发明电〔2026〕9号",
    "issued_on": "2026-11-20",
    "source": "https://www.gov.cn/",
    "holidays": [
        {"name": "元旦", "first": "2027-01-01", "last": "2027-01-03"},
        {"name": "春节", "first": "2027-02-05", "last": "2027-02-13"},
        {"name": "清明节", "first": "2027-04-03", "last": "2027-04-05"},
        {"name": "劳动节", "first": "2027-05-01", "last": "2027-05-05"},
        {"name": "端午节", "first": "2027-06-09", "last": "2027-06-09"},
        {"name": "中秋节", "first": "2027-09-15", "last": "2027-09-17"},
        {"name": "国庆节", "first": "2027-10-01", "last": "2027-10-07"},
    ],
    "working_days": ["2027-10-09"],
}
