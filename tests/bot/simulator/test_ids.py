from bot.simulator.ids import Ids


def test_timestamps_increase_also_where_the_clock_stands_or_goes_back() -> None:
    ids = Ids()
    named = [ids.ts(now) for now in (1_800_000_000.0, 1_800_000_000.0, 1_799_999_999.0, 1_800_000_000.25)]
    assert ["1800000000.000000", "1800000000.000001", "1800000000.000002", "1800000000.250000"] == named


def test_no_id_comes_twice_also_not_after_a_restart() -> None:
    first, second = Ids(), Ids()
    made = [ids.new("Ev") for ids in (first, second) for _ in range(100)]
    assert len(set(made[:100])) == 100
    assert first.uuid() != first.uuid()
    assert Ids(7).new("Ev") == Ids(7).new("Ev") == "Ev000000007"
