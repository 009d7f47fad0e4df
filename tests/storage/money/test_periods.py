"""Days and months begin where the time zone says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.money.periods import (
    DAY,
    MONTH,
    NoSuchPeriod,
    day_key,
    key_of,
    period_of,
)

ZONES = st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Apia", "Europe/Berlin", "Asia/Kathmandu"])


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), ZONES, st.sampled_from([DAY, MONTH]))
def test_every_instant_lies_in_the_period_of_its_key(naive: datetime, zone_name: str, kind: str) -> None:
    now, zone = naive.replace(tzinfo=UTC), ZoneInfo(zone_name)
    period = period_of(key_of(day_key(now, zone), kind), zone)
    assert period.kind == kind
    assert period.start <= now < period.end


def test_a_day_with_a_change_of_clocks_has_23_or_25_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    days = [period_of(key, berlin) for key in ("2026-03-29", "2026-10-25")]
    assert [day.end - day.start for day in days] == [timedelta(hours=23), timedelta(hours=25)]


@pytest.mark.parametrize(
    "key", ["", "2026", "2026-13", "2026-00", "2026-02-30", "2026-1", "2026-11-2x", "٢٠٢٦-١١", "0000-01"]
)
def test_what_is_no_period_is_refused_with_how_to_write_one(key: str) -> None:
    with pytest.raises(NoSuchPeriod, match="2026-11 or a day as 2026-11-20"):
        period_of(key, ZoneInfo("UTC"))
