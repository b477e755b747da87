"""Schema walk: a place in an error becomes a place in the data, tags of unions left out."""

import pytest

from designlib.schema.brief import BriefFields
from designlib.schema.promises import Compliance, Reliability
from designlib.schema.sites import PuePerCooling, Site
from designlib.schema.walk import is_block, path_of, plain, type_below
from designlib.schema.workloads import FineTuning


@pytest.mark.parametrize(
    ("loc", "path", "owner"),
    [
        (("wacc_frac",), ("wacc_frac",), BriefFields),
        (("sites", 0, "pue", "air"), ("sites", 0, "pue", "air"), PuePerCooling),
        (("workloads", 1, "fine-tuning", "mode"), ("workloads", 1, "mode"), FineTuning),
        (("workloads", 1), ("workloads", 1), BriefFields),
        (("sites", 0, "nonsense"), ("sites", 0, "nonsense"), Site),
        (("compliance", "nonsense"), ("compliance", "nonsense"), Compliance),
    ],
)
def test_place_in_the_data(loc, path, owner):
    assert path_of(BriefFields, loc) == (path, owner)


def test_type_below():
    assert type_below(BriefFields, "reliability", {}) is Reliability
    assert type_below(BriefFields, "nonsense", {}) is None
    assert type_below(Reliability, "repair_days", {}) is float
    workload = type_below(type_below(BriefFields, "workloads", {}), 0, [])
    assert type_below(workload, "mode", {"kind": "fine-tuning"}) is not None
    assert type_below(workload, "mode", {"kind": "unheard-of"}) is None


def test_blocks_are_mappings():
    assert is_block(Reliability)
    assert is_block(dict[str, int])
    assert not is_block(plain(tuple[Site, ...]))
    assert not is_block(float)
    assert plain(Site | None) is Site
