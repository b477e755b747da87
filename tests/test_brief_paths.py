"""Brief paths: a path sets what it names, by index or id, and says where it leads nowhere."""

import pytest

from designlib.brief import Brief
from designlib.brief_paths import change


@pytest.fixture
def data():
    return {
        "name": "x",
        "workloads": [{"id": "A1", "kind": "training"}, {"id": "2"}],
        "sites": [{}],
    }


@pytest.mark.parametrize(
    ("path", "look"),
    [
        ("name", lambda d: d["name"]),
        ("workloads.A1.max_gpus_count", lambda d: d["workloads"][0]["max_gpus_count"]),
        ("workloads.0.kind", lambda d: d["workloads"][0]["kind"]),
        ("workloads.2.kind", lambda d: d["workloads"][1]["kind"]),
        ("workloads.1", lambda d: d["workloads"][1]),
        ("reliability.repair_days", lambda d: d["reliability"]["repair_days"]),
        ("compliance.encrypt.in_use.C1", lambda d: d["compliance"]["encrypt"]["in_use"]["C1"]),
        ("sites.0.rear_door.rack_limit_kw", lambda d: d["sites"][0]["rear_door"]["rack_limit_kw"]),
        ("workloads.A1.diurnal", lambda d: d["workloads"][0]["diurnal"]),
    ],
)
def test_path_sets_what_it_names(data, path, look):
    assert change(data, Brief, path, 7) == ""
    assert look(data) == 7


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("workloads.A11.kind", "no item 'A11' in 'workloads'; did you mean 'A1'?"),
        ("workloads.9.kind", "no item '9' in 'workloads'; it has A1, 2"),
        ("name.first", "'name' is a single value and has no field 'first'"),
        ("phases.P1.need_month", "'phases' is not stated in the brief; set it as a whole"),
        ("nonsense.deeper", "'nonsense' is not stated in the brief; set it as a whole"),
    ],
)
def test_path_that_leads_nowhere(data, path, says):
    assert change(data, Brief, path, 7) == says
