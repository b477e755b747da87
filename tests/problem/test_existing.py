"""Existing: owned stock by date, whole work where it is enough, else a part beside the rest."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from designlib.brief import Brief
from designlib.faults import FaultError
from designlib.problem.make import make_problem
from designlib.problem.prune import dominates, prune
from designlib.problem.tables import Problem
from tests.problem.made import CATALOG
from tests.toy_brief import TOY_BRIEF

OLD, NEW = "nvidia-dgx-a100-80gb", "supermicro-as-8125gs-tnhr-h200"


def toy() -> Brief:
    return Brief.from_dict(YAML(typ="safe", pure=True).load(TOY_BRIEF))


def lot(count: int = 4, gpu: str = "A100-80", **more: object) -> dict[str, object]:
    return {
        "site": "hall", "servers_count": count, "gpu": gpu, "gpus_per_server_count": 8, **more
    }  # fmt: skip


def made(*lots: dict[str, object], **changes: object) -> Problem:
    values = {"existing": list(lots)} if lots else {}
    changed = {k.replace("__", "."): v for k, v in changes.items()}
    brief = toy().with_changes({**values, **changed})
    return make_problem(brief, CATALOG)[0]


def test_a_month_of_retirement_is_a_date_and_ends_what_is_owned():
    p = made(lot(3), lot(1, retire_by_month=14))
    assert 14 in p.dates
    owned = dict(zip(p.dates, p.kinds[OLD].owned, strict=True))
    assert owned[12] == 4
    assert owned[14] == owned[24] == 3


def test_what_is_sold_no_more_has_no_date_of_purchase_and_stands_without_a_rear_door():
    p = made(lot(), sites__hall__rear_door={"rack_limit_kw": 40})
    assert not p.is_sold(OLD)
    assert p.kinds[OLD].servers_max_count <= 4
    assert {p.racks[q].cooling for q in p.kinds[OLD].per_rack} <= {"air", "direct-to-chip"}


def test_what_is_still_sold_is_stock_of_the_kind_that_is_bought():
    p = made(lot(2, "H200"))
    owned = [i for i, kind in p.kinds.items() if kind.owned]
    assert owned == [NEW]
    assert p.is_sold(NEW)


def test_owned_servers_may_serve_where_no_such_server_may_be_bought():
    p = made(lot(), fleet__server_kinds_allowed=["H200"])
    assert set(p.kinds) == {OLD, NEW}


def test_work_that_needs_more_than_there_is_says_so():
    p = made(lot(1, retire_by_month=18))
    words = {d.reason for d in p.dropped if d.part_id == OLD and d.workload == "tune"}
    assert any("at month 18; 0 are there and none is sold" in w for w in words), words


def test_a_part_and_the_rest_are_the_whole_until_retirement_and_after():
    p = made(lot(4, retire_by_month=12))
    found = [c for c in p.candidates.values() if c.beside is not None]
    assert "chat" in {c.workload for c in found}
    for c in found:
        part = c.beside
        assert part.pool == f"{OLD}-alone"
        assert [a + b for a, b in zip(c.share, part.share, strict=True)] == pytest.approx(
            [1.0] * len(p.dates)
        )
        for t, month in enumerate(p.dates):
            takes = max((h[t] for h in part.held.values()), default=0.0)
            assert takes <= 4 * (month < 12) + 1e-9
            assert (part.share[t] > 0) == (month < 12)


def test_more_servers_do_a_larger_part():
    def largest(n: int) -> float:
        p = made(lot(n, retire_by_month=12))
        parts = [c.beside for c in p.candidates.values() if c.beside and c.workload == "chat"]
        return max((part.share[0] for part in parts), default=0.0)

    assert 0 < largest(2) < largest(4) <= 1


def test_a_brief_without_them_has_no_such_candidates():
    p = made()
    assert not any(c.beside or c.share for c in p.candidates.values())
    assert not any(kind.owned for kind in p.kinds.values())


def test_pruning_compares_both_parts():
    p = made(lot(4, retire_by_month=12))
    kept = prune(p)
    assert any(c.beside is not None for c in kept.candidates.values())
    for gone in p.candidates.keys() - kept.candidates.keys():
        mine = p.candidates[gone]
        better = [c for c in kept.candidates.values() if dominates(c, mine)]
        assert better
        assert all(c.beside is None or mine.beside is not None for c in better)


def test_several_sites_name_what_is_there_at_each():
    brief = toy().with_changes({"existing": [lot()]})
    values = brief.to_dict()
    values["sites"].append({**values["sites"][0], "id": "annex"})
    p = make_problem(Brief.from_dict(values), CATALOG)[0]
    assert [i for i, kind in p.kinds.items() if kind.owned] == [f"{OLD}@hall"]
    for c in p.candidates.values():
        if c.beside is not None:
            assert c.pool.endswith("@hall")
            assert c.beside.pool == f"{OLD}-alone@hall"


def test_a_lot_that_nothing_stands_for_is_refused_before():
    brief = toy().with_changes({"existing": [lot(gpus_per_server_count=5)]})
    with pytest.raises(FaultError, match="no server of A100-80 has 5 GPUs"):
        make_or_refuse(brief)


def make_or_refuse(brief: Brief) -> Problem:
    faults = brief.check(CATALOG)
    if faults:
        raise FaultError(faults)
    return make_problem(brief, CATALOG)[0]
