"""NetBox: what a device type says comes over, what it lacks is said, what is wrong is refused."""

from datetime import date

import pytest

from designlib.catalog import Catalog
from designlib.faults import FaultError
from designlib.imports import place, read_device
from designlib.yamlfile import read_yaml
from tests.imports.samples import SERVER, SWITCH
from tests.toy_catalog import FILES, write

DAY = date(2026, 11, 1)


def device(tmp_path, text, **more):
    path = tmp_path / "device.yaml"
    path.write_text(text, encoding="utf-8")
    return read_device(path, today=DAY, **more)


def figures(tmp_path, imported):
    path = tmp_path / "stub.yaml"
    path.write_text(imported.text, encoding="utf-8")
    return {name: spec["value"] for name, spec in read_yaml(path).data["specs"].items()}


def test_server_keeps_height_weight_ports_and_power(tmp_path):
    imported = device(tmp_path, SERVER)
    assert imported.name == "servers/_nvidia-dgx-a100-640gb.yaml"
    assert figures(tmp_path, imported) == {
        "height_u": 6,
        "weight_kg": pytest.approx(123.15, abs=0.01),  # the maker prints 123.16 kg
        "power_max_kw": 2.142,
        "power_typical_kw": 1.172,
        "psus_count": 2,
        "psu_kw": 1.071,
        "compute_ports_count": 2,
        "compute_port_gbit_s": 200,
        "front_ports_count": 1,
        "front_port_gbit_s": 100,
        "oob_ports_count": 1,
    }


def test_switch_keeps_its_ports(tmp_path):
    found = figures(tmp_path, device(tmp_path, SWITCH))
    assert (found["radix_ports"], found["port_gbit_s"]) == (62, 400)
    assert (found["height_u"], found["weight_kg"]) == (1, 14.8)


def test_what_is_missing_is_said(tmp_path):
    notes = device(tmp_path, SWITCH).notes
    assert notes[0] == "taken for one of switches: 62 data ports"
    assert notes[1] == "no power: 2 power ports, of which 0 say a draw"
    assert {"technology", "roles", "specs.power_max_kw", "specs.lead_weeks"} <= set(
        notes[2].removeprefix("missing: ").split(", ")
    )
    assert "specs.height_u" not in notes[2]
    assert "# [kW]" in device(tmp_path, SWITCH).text


def test_family_and_id_may_be_stated(tmp_path):
    assert device(tmp_path, SWITCH, family="servers", part_id="ours").name == "servers/_ours.yaml"


def test_stub_leaves_the_overlay_readable(tmp_path):
    shipped = write(tmp_path / "shipped", FILES)
    overlay = write(tmp_path / "ours", {"prices.csv": FILES["prices.csv"]})
    place(device(tmp_path, SERVER), overlay)
    assert Catalog.load(overlay, shipped=shipped).changes == ()


def test_completed_stub_is_still_held_against_physics(tmp_path):
    # Two supplies of 1,071 W beside eight GPUs of 400 W: the file is valid, the server is not.
    shipped = write(tmp_path / "shipped", FILES)
    path = place(device(tmp_path, SERVER), tmp_path / "ours")
    done = path.rename(path.with_name("nvidia-dgx-a100-640gb.yaml"))
    text = done.read_text(encoding="utf-8")
    for name, value in {"gpu": "toy-gpu", "cooling": "air", "status": "shipping"}.items():
        text = text.replace(f"# {name}:", f"{name}: {value}")
    text = text.replace("# compute_technologies:", "compute_technologies: [infiniband]")
    for name, value in {"gpus_count": 8, "scale_up_gpus_count": 8, "liquid_frac": 0}.items():
        text = text.replace(
            f"# {name}: {{value: , source: }}", f"{name}: {{value: {value}, source: import}}"
        )
    text = text.replace("{value: , source: }", "{value: 1, source: import}").replace("  # ", "  ")
    lines = [line.partition("  [")[0] for line in text.splitlines()]
    done.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(FaultError) as error:
        Catalog.load(tmp_path / "ours", shipped=shipped)
    told = [str(fault).partition("specs.")[2] for fault in error.value.faults]
    assert "power_max_kw: expected at least gpus_count x tdp_w = 4 kW, found 2.142" in told


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("u_height: 6\n", "", "2: u_height: required field of a device type is missing"),
        ("manufacturer", "maker", "2: manufacturer: required field of a device type is missing"),
        ("u_height: 6", "u_height: six", "6: u_height: expected a number >= 0, found 'six'"),
        ("weight: 271.5", "weight: -1", "8: weight: expected a number >= 0, found -1"),
        (
            "weight_unit: lb",
            "weight_unit: stone",
            "9: weight_unit: expected one of kg, g, lb, oz, found 'stone'",
        ),
        ("weight_unit: lb\n", "", "2: weight_unit: required beside weight; one of kg, g, lb, oz"),
        (
            "maximum_draw: 1071",
            "maximum_draw: much",
            "13: power-ports.0.maximum_draw: expected a number > 0 [W], found 'much'",
        ),
        (
            SERVER[SERVER.index("interfaces") :],
            "interfaces: 3\n",
            "19: interfaces: expected a list, found 3",
        ),
    ],
)
def test_wrong_device_is_one_line(tmp_path, old, new, says):
    with pytest.raises(FaultError) as error:
        device(tmp_path, SERVER.replace(old, new, 1))
    (fault,) = error.value.faults
    assert str(fault).partition("device.yaml:")[2].startswith(says)


def test_what_is_no_device_is_refused(tmp_path):
    with pytest.raises(FaultError) as error:
        device(tmp_path, "a: 1\n")
    assert len(error.value.faults) == 4
    with pytest.raises(FaultError, match="did you mean 'switches'"):
        device(tmp_path, SERVER, family="switch")
