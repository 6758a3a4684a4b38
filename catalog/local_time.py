"""The clock of the province: times are stored in UTC, and read and written by people in this zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

LOCAL_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
