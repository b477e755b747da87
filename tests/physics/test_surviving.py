"""What a site must carry when others are lost, against cases worked out by hand."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.surviving import carried_fracs


@pytest.mark.parametrize(
    ("split", "lost", "frac", "expected"),
    [
        ({"a": 1.0}, 0, 1.0, {"a": 1.0}),
        ({"a": 0.5, "b": 0.5}, 0, 1.0, {"a": 0.5, "b": 0.5}),
        ({"a": 0.5, "b": 0.5}, 1, 1.0, {"a": 1.0, "b": 1.0}),
        ({"a": 0.5, "b": 0.5}, 1, 0.4, {"a": 0.5, "b": 0.5}),
        # a lost: b and c take all, half each; b lost: a takes two thirds
        ({"a": 0.5, "b": 0.25, "c": 0.25}, 1, 0.9, {"a": 0.6, "b": 0.45, "c": 0.45}),
        ({"a": 1.0, "b": 0.0, "c": 0.0}, 1, 0.8, {"a": 1.0, "b": 0.4, "c": 0.4}),
    ],
)
def test_carried_shares(
    split: dict[str, float], lost: int, frac: float, expected: dict[str, float]
) -> None:
    assert carried_fracs(split, lost, frac) == pytest.approx(expected)


def test_no_site_would_remain() -> None:
    with pytest.raises(ValueError, match="2 of 2 sites"):
        carried_fracs({"a": 0.5, "b": 0.5}, 2, 1.0)


@given(
    st.lists(st.floats(0.01, 1.0), min_size=2, max_size=5), st.integers(0, 4), st.floats(0.0, 1.0)
)
def test_whatever_is_lost_the_rest_carries_the_promise(
    weights: list[float], lost: int, frac: float
) -> None:
    split = {f"s{n}": w / sum(weights) for n, w in enumerate(weights)}
    lost = min(lost, len(split) - 1)
    need = carried_fracs(split, lost, frac)
    for gone in combinations(split, lost):
        assert sum(need[s] for s in split if s not in gone) >= frac - 1e-9
    assert all(need[s] >= split[s] for s in split)
