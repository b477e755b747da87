"""Fuzz: two hundred small briefs and catalogs; each ends in an answer that can be trusted."""

from collections import Counter

from tests.fuzz_briefs import HANG_S, run

COUNT, SEED = 200, 11


def test_every_small_brief_is_answered_refused_or_explained():
    told: list[str] = []
    tally = run(COUNT, SEED, told.append)
    assert told == []
    assert tally.wrong == []
    assert sum(tally.ends.values()) >= COUNT
    assert tally.slowest_s < HANG_S
    assert set(tally.ends) <= {"design", "refused", "infeasible", "stopped"}
    assert not Counter({"design": 1, "refused": 1, "infeasible": 1}) - tally.ends
