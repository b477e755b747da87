"""Corrupted catalog: each rule, broken once in a shipped file, is told by file, line and field."""

# ruff: noqa: E501  (one case a line)

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from designlib.catalog import shipped_folder
from designlib.catalog_files import read_shelf

GPU = "gpus/nvidia-h100-sxm-80gb.yaml"
SERVER = "servers/nvidia-dgx-h100.yaml"
RACK_SCALE = "servers/nvidia-gb200-nvl72.yaml"
LEAF = "switches/nvidia-qm9700.yaml"
TWIN_CHASSIS = "switches/nvidia-q3200-ra.yaml"
SUPPLIED = "switches/nvidia-q3400-ra.yaml"
OOB = "switches/nvidia-sn2201.yaml"
OPTIC = "optics/xcvr-400g-sr4.yaml"
TWIN = "optics/xcvr-800g-2xsr4.yaml"
DAC = "optics/dac-400g.yaml"
AOC = "optics/aoc-400g.yaml"
FIBRE = "optics/fibre-mpo12-mmf.yaml"
STORE = "storage/ddn-ai400x2t.yaml"
POD = "storage/weka-pod-server.yaml"
DRIVE = "storage/local-nvme-9550.yaml"
DOOR = "cooling/rear-door-passive-35kw.yaml"
CDU = "cooling/dlc-cdu-rack-250kw.yaml"
AIR = "cooling/contained-air-375kw.yaml"
CHILLER = "cooling/chiller-air-1500kw.yaml"
BUSWAY = "power/busway-800a.yaml"
CABINET = "power/rack-48u.yaml"
UPS = "power/ups-1200kw.yaml"
QUEUE = "software/kueue.yaml"
CLUSTER = "software/kubernetes.yaml"
LICENCE = "software/nvidia-ai-enterprise.yaml"
RENTED = "cloud/rented-h100-8gpu.yaml"
DENSE = "llms/llama-3-1-8b.yaml"
MOE = "llms/mixtral-8x7b.yaml"
POD_RA = "blueprints/dgx-superpod-h100.yaml"
PRICES = "prices.csv"
FACTS = "calibration/facility.csv"
COPIED = [
    "gpus/nvidia-gb200-nvl72-186gb.yaml",
    "switches/nvidia-sn4600c.yaml",
    *(text for name, text in list(globals().items()) if name.isupper() and isinstance(text, str)),
]

Change = Callable[[str], str]


def value(field: str, new: object) -> Change:
    """Return the change of the figure of a field."""
    return lambda text: once(rf"(^  {field}: +\{{value: )[^,}}]+", rf"\g<1>{new}", text)


def swap(old: str, new: str) -> Change:
    """Return the change of a piece of text."""
    return lambda text: once(re.escape(old), new.replace("\\", r"\\"), text)


def drop(field: str) -> Change:
    """Return the change that leaves a field out."""
    return lambda text: once(rf"^ *{field}:.*\n", "", text)


def add(line: str) -> Change:
    """Return the change that states one more figure."""
    return lambda text: once(r"^specs:\n", f"specs:\n  {line}\n", text)


def cell(item: str, old: str, new: str) -> Change:
    """Return the change of a cell of the row of an item."""
    return lambda text: once(rf"(^{item},.*?){re.escape(old)}", rf"\g<1>{new}", text)


def once(pattern: str, new: str, text: str) -> str:
    """Return the text with the first hit replaced; fail where there is none."""
    changed, hits = re.subn(pattern, new, text, count=1, flags=re.MULTILINE)
    assert hits == 1, f"{pattern} is not in the file that is to be corrupted"
    return changed


# What is broken: file, change, field, what the line says, and where the fault is not on the first
# changed line, the text of its line.
SCHEMA = {
    "unknown field": (GPU, add("boost_mhz: {value: 1, source: h100}"), "specs.boost_mhz", "unknown field"),
    "field of another unit": (SERVER, swap("power_max_kw:", "power_max_w:"), "specs.power_max_w", "its unit is [kW]: write 'power_max_kw'"),
    "misspelled field": (LEAF, swap("rdma: true", "rmda: true"), "rmda", "did you mean 'rdma'?"),
    "missing field": (SERVER, drop("height_u"), "specs.height_u", "required field is missing [U]", "specs:"),
    "missing top field": (LEAF, drop("cage"), "cage", "required field is missing", "name:"),
    "text for a number": (SERVER, value("weight_kg", "heavy"), "specs.weight_kg.value", "expected a number [kg], found text 'heavy'"),
    "number with its unit": (STORE, value("usable_tb", "261 TB"), "specs.usable_tb.value", "expected a number [TB], found text '261 TB'"),
    "negative": (STORE, value("write_gb_s", -1), "specs.write_gb_s.value", "expected a number > 0 [GB/s], found -1"),
    "zero where none can be": (LEAF, value("port_gbit_s", 0), "specs.port_gbit_s.value", "expected a number > 0 [Gbit/s], found 0"),
    "not finite": (UPS, value("unit_kw", ".inf"), "specs.unit_kw.value", "expected a finite number [kW]"),
    "share above one": (CDU, value("captured_frac", 1.2), "specs.captured_frac.value", "expected a number <= 1, found 1.2"),
    "half a piece": (SERVER, value("gpus_count", 8.5), "specs.gpus_count.value", "expected a whole number"),
    "bare number": (OPTIC, swap("reach_max_m:          {value: 50, source: nvsr4}", "reach_max_m: 50"), "specs.reach_max_m", "expected a mapping of fields [m], found 50"),
    "figure without a source": (STORE, swap("{value: 2.4, source: mlps}", "{value: 2.4}"), "specs.power_max_kw.source", "required field is missing"),
    "band beside its value": (UPS, swap("value: 0.97, low: 0.94", "value: 0.97, low: 0.98"), "specs.efficiency_frac.value", "expected low <= value <= high, found 0.98 <= 0.97 <= 0.975"),
    "unknown kind": (DOOR, swap("kind: rear-door", "kind: reardoor"), "kind", "did you mean 'rear-door'?"),
    "unknown role": (LEAF, swap("[compute, storage]", "[computing, storage]"), "roles.0", "did you mean 'compute'?"),
    "unknown technology": (LEAF, swap("technology: infiniband", "technology: infinband"), "technology", "did you mean 'infiniband'?"),
    "unknown cage": (LEAF, swap("cage: osfp", "cage: ofsp"), "cage", "did you mean 'osfp'?"),
    "unknown connector": (OPTIC, swap("connector: mpo12-apc", "connector: mpo-12"), "connector", "expected one of fixed, rj45, mpo12-apc"),
    "unknown fibre type": (FIBRE, swap("fibre_types: [om4]", "fibre_types: [om5]"), "fibre_types.0", "expected one of om3, om4, os2"),
    "unknown status": (GPU, swap("status: shipping", "status: sold"), "status", "expected one of announced, shipping, end-of-sale"),
    "unknown kind of source": (SERVER, swap("kind: vendor-datasheet", "kind: datasheet"), "sources.dgxh.kind", "did you mean 'vendor-datasheet'?"),
    "unknown confidence": (SERVER, swap("confidence: secondary}\n  compute", "confidence: sure}\n  compute"), "specs.local_nvme_read_gb_s.confidence", "expected one of verified, secondary, unverified, assumption"),
    "undated source": (SERVER, swap("accessed: 2026-11-21", "accessed: lately"), "sources.dgxh.accessed", "expected a date YYYY, YYYY-MM or YYYY-MM-DD"),
    "flag that is a word": (LEAF, swap("rdma: true", "rdma: yes"), "rdma", "expected true or false, found text 'yes'"),
    "no roles": (LEAF, swap("roles: [compute, storage]", "roles: []"), "roles", "expected at least 1 item, found 0"),
    "key given twice": (LEAF, add("height_u: {value: 1, source: qmhw}"), "specs.height_u", "key given twice", "  height_u:         {"),
    "id in the file": (LEAF, swap("vendor: NVIDIA", "vendor: NVIDIA\nid: nvidia-qm9700"), "id", "unknown field; the name of the file is the id"),
    "no fabric": (POD_RA, lambda text: re.sub(r"fabrics:\n(  .*\n)+", "fabrics: []\n", text), "fabrics", "expected at least 1 item, found 0"),
    "unknown guide level": (POD_RA, swap("level: best", "level: bestest"), "storage_guides.2.level", "did you mean 'best'?"),
}  # fmt: skip
PHYSICS = {
    "two 1,071 W supplies beside 6.5 kW": (SERVER, lambda text: value("psu_kw", 1.071)(value("psus_count", 2)(value("power_max_kw", 6.5)(value("power_typical_kw", "5, low: 5, high: 5, source: class}  #")(text)))), "specs.psu_kw", "power supplies of 2.142 kW together cannot feed power_max_kw = 6.5", "psu_kw"),
    "supplies taken for the load": (SERVER, value("psu_kw", 1.7), "specs.power_max_kw", "10.2 is the sum of the supplies, which counts the spare ones twice", "  power_max_kw"),
    "weak supplies of a switch": (SUPPLIED, value("psus_count", 4), "specs.psu_kw", "power supplies of 3.5 kW together cannot feed power_max_kw = 7", "psu_kw"),
    "less power than its GPUs": (SERVER, lambda text: value("power_typical_kw", "5, low: 5, high: 5, source: class}  #")(value("power_max_kw", 5.5)(text)), "specs.power_max_kw", "expected at least gpus_count x tdp_w = 5.6 kW, found 5.5"),
    "far more power than its GPUs": (SERVER, value("power_max_kw", 18), "specs.power_max_kw", "expected at most 3 x gpus_count x tdp_w = 16.8 kW"),
    "typical above maximum": (SERVER, value("power_typical_kw", "11, low: 11, high: 11, source: class}  #"), "specs.power_typical_kw", "expected at most power_max_kw = 10.2, found 11"),
    "watts for kilowatts": (LEAF, value("power_max_kw", 1720), "specs.power_max_kw", "1.72e+03 kW for each U; expected at most 8; is it in [kW]?"),
    "the ports of a switch": (SERVER, value("compute_ports_count", 36), "specs.compute_ports_count", "expected at most 2 ports per GPU, found 36; are they those of a switch?"),
    "too few ports": (SERVER, lambda text: once(r"(compute_ports_count: +\{value: )8.*\}", r"\g<1>4, source: dgxh}", text), "specs.compute_ports_count", "expected one port per GPU (8), or a note"),
    "ports without a speed": (SERVER, value("compute_port_gbit_s", 0), "specs.compute_port_gbit_s", "0 does not agree with 8 ports"),
    "broken scale-up": (SERVER, value("scale_up_gpus_count", 3), "specs.scale_up_gpus_count", "expected a divisor of gpus_count = 8, found 3"),
    "GPUs in no GPU server": (SERVER, swap("gpu: nvidia-h100-sxm-80gb", "gpu: null"), "specs.gpus_count", "8 does not agree with gpu: null", "  gpus_count"),
    "liquid in an air server": (SERVER, value("liquid_frac", 0.5), "specs.liquid_frac", "0.5 does not agree with cooling: air"),
    "no rack is so tall": (SERVER, lambda text: value("weight_kg", 500)(value("height_u", 49)(text)), "specs.height_u", "49U fits no rack; the tallest holds 46U"),
    "no rack is so strong": (SERVER, lambda text: value("weight_kg", 1500)(value("height_u", 30)(text)), "specs.weight_kg", "1500 kg is more than any rack holds; the strongest takes 1361", "  weight_kg"),
    "weight of an empty box": (SERVER, value("weight_kg", 9.25), "specs.weight_kg", "1.16 kg for each U; expected 2 to 64"),
    "low rack-scale system": (RACK_SCALE, value("height_u", 25), "specs.height_u", "expected 30U or more: rack_scale is true, found 25"),
    "trays that are not alike": (RACK_SCALE, value("trays_count", 17), "specs.trays_count", "expected a divisor of gpus_count = 72: trays are alike, found 17"),
    "sparse peak": (GPU, value("fp8_dense_tflops", 3958), "specs.fp8_dense_tflops", "is it sparse?"),
    "int8 of another unit": (GPU, value("int8_dense_tops", 154), "specs.int8_dense_tops", "expected 2 x bf16_dense_tflops"),
    "TB/s for GB/s": (GPU, value("hbm_bandwidth_gb_s", 3.35), "specs.hbm_bandwidth_gb_s", "is it in [GB/s]?"),
    "kW for W": (GPU, value("tdp_w", 0.7), "specs.tdp_w", "expected 32 to 4096 W, found 0.7; is it in [W]?"),
    "62 of 64 ports": (LEAF, value("radix_ports", 62), "specs.radix_ports", "expected 1, 2, 4 or 8 ports in each of cages_count = 32, found 62"),
    "two switches for one": (TWIN_CHASSIS, lambda text: value("cages_count", 36)(once(r"(radix_ports: +\{value: )36.*\}", r"\g<1>72, source: nvib}", once(r"(capacity_tbit_s: +\{value: 28.8), source: nvib, note.*\}", r"\1, source: nvib}", text))), "specs.capacity_tbit_s", "expected radix_ports x port_gbit_s = 57.6 Tbit/s, found 28.8", "  capacity_tbit_s"),
    "twisted pair for compute": (LEAF, swap("cage: osfp", "cage: rj45"), "cage", "rj45 does not agree with roles: compute, storage"),
    "compute without RDMA": (LEAF, swap("rdma: true", "rdma: false"), "rdma", "expected true: the compute role needs remote memory access"),
    "transceiver without a cage": (OPTIC, swap("cages: [osfp-flat, qsfp112]", "cages: []"), "cages", "expected at least one cage; kind: transceiver"),
    "fibre in a cage": (FIBRE, swap("cages: []", "cages: [osfp]"), "cages", "expected none: a fibre fits no cage; kind: fibre"),
    "optic of copper": (AOC, lambda text: swap("fibre_types: [om4]", "fibre_types: []")(swap("medium: multimode", "medium: copper")(text)), "medium", "copper does not agree with kind: aoc"),
    "multimode optic on single-mode fibre": (OPTIC, swap("fibre_types: [om3, om4]", "fibre_types: [os2]"), "fibre_types", "expected of om3, om4 for medium: multimode, found os2"),
    "transceiver with fixed ends": (OPTIC, swap("connector: mpo12-apc", "connector: fixed"), "connector", "fixed does not agree with kind: transceiver"),
    "twin port of one plug": (TWIN, swap("connector: 2xmpo12-apc", "connector: mpo12-apc"), "specs.links_per_unit_count", "2 links do not agree with connector: mpo12-apc", "  links_per_unit_count"),
    "passive copper of 30 m": (DAC, value("reach_max_m", 30), "specs.reach_max_m", "expected at most 7 m for kind: dac, copper, found 30"),
    "multimode over 2 km": (OPTIC, value("reach_max_m", 2000), "specs.reach_max_m", "expected at most 512 m for kind: transceiver, multimode, found 2000"),
    "passive cable that draws": (DAC, value("power_per_end_w", 9), "specs.power_per_end_w", "expected at most 1 W: kind: dac is passive, found 9"),
    "transceiver without power": (OPTIC, value("power_per_end_w", 0), "specs.power_per_end_w", "expected above 0 and at most 40 W for its speed, found 0"),
    "more than the ports carry": (POD, lambda text: value("network_ports_count", 1)(text), "specs.read_gb_s", "expected at most the line rate of its ports = 50 GB/s, found 71", "  read_gb_s"),
    "gigabits for gigabytes": (STORE, value("write_gb_s", "600, low: 500, high: 600, source: class}  #"), "specs.write_gb_s", "expected at most the line rate of its ports = 200 GB/s, found 600"),
    "more reads than bytes": (STORE, lambda text: once(r"(read_iops: +\{value: )3000000.*\}", r"\g<1>90000000, source: class}", text), "specs.read_iops", "4 KiB reads at this rate are 369 GB/s, over twice read_gb_s"),
    "drive with a port": (DRIVE, value("network_ports_count", 2), "specs.network_ports_count", "2 does not agree with tier: local"),
    "drive in a rack": (DRIVE, lambda text: value("height_u", 1)(value("weight_kg", 5)(text)), "specs.height_u", "1U does not agree with tier: local"),
    "spares without units": (STORE, value("redundant_units_count", 1), "specs.redundant_units_count", "expected fewer than units_min_count = 1"),
    "no unit at least": (STORE, value("units_min_count", 0), "specs.units_min_count", "expected at least 1, found 0"),
    "door for two racks": (DOOR, value("rack_limit_kw", 70), "specs.rack_limit_kw", "expected at most unit_kw = 35: a rear door serves one rack"),
    "cold plates that take all": (CDU, value("captured_frac", 1), "specs.captured_frac", "expected below 1: cold plates leave heat to the air"),
    "room air that leaves heat": (AIR, value("captured_frac", 0.9), "specs.captured_frac", "expected 1: room air takes all heat, found 0.9"),
    "pumps that outheat": (CDU, value("parasitic_kw", 30), "specs.parasitic_kw", "expected at most a tenth of unit_kw = 25, or a note, found 30"),
    "air handler without a rack limit": (AIR, drop("rack_limit_kw"), "specs.rack_limit_kw", "required field is missing; kind: contained-air has one", "specs:"),
    "chiller in a rack": (CHILLER, add("rack_limit_kw: {value: 30, source: class}"), "specs.rack_limit_kw", "unknown field; kind: heat-rejection has none"),
    "volts, amperes and kVA": (BUSWAY, value("current_amperes", 400), "specs.rating_kva", "expected sqrt(3) x voltage_volts x current_amperes = 287.5 kVA, found 575", "  rating_kva"),
    "more power than the rating": (BUSWAY, value("unit_kw", 600), "specs.unit_kw", "expected at most rating_kva = 575: the power factor is at most 1, found 600"),
    "supply that heats": (UPS, value("efficiency_frac", "0.5, low: 0.5, high: 0.5, source: class}  #"), "specs.efficiency_frac", "expected 0.8 to 1: what leaves over what enters, found 0.5"),
    "cabinet without a limit": (CABINET, drop("weight_limit_kg"), "specs.weight_limit_kg", "required field is missing; kind: rack-cabinet needs it", "specs:"),
    "more usable than high": (CABINET, value("height_usable_u", 50), "specs.height_usable_u", "expected at most height_u = 48"),
    "days for weeks": (UPS, value("lead_weeks", "280, low: 140, high: 280, source: plan}  #"), "specs.lead_weeks", "expected at most 256 weeks, found 280; is it in days?"),
    "heads that do not divide": (DENSE, value("kv_heads_count", 7), "specs.kv_heads_count", "expected a divisor of heads_count = 32, found 7"),
    "70 for 8 billion": (DENSE, lambda text: once(r"(params_count: +\{value: )[^,]+,( source: \w+).*\}", r"\g<1>70000000000,\2}", text), "specs.params_count", "its layers and words hold 7.5"),
    "more experts than there are": (MOE, value("top_k_count", 9), "specs.top_k_count", "expected at most experts_count = 8"),
    "links that servers do not have": (POD_RA, swap("links_server_leaf_count: 252", "links_server_leaf_count: 256"), "fabrics.0.sizes.0.links_server_leaf_count", "expected servers x ports_per_server_count + management links = 252, found 256"),
    "links that switches cannot take": (POD_RA, swap("leaves: 8, spines: 4", "leaves: 8, spines: 2"), "fabrics.0.sizes.0.spines", "2 switches of 64 ports have 128, the printed links need 256"),
    "more servers than units": (POD_RA, swap("units_count: 8, servers_count: 256", "units_count: 4, servers_count: 256"), "fabrics.0.sizes.3.servers_count", "expected at most units x servers_per_unit_count = 128, found 256"),
    "rack below its servers": (POD_RA, value("rack_kw", 35), "specs.rack_kw", "expected at least servers_per_rack_count x power_max_kw = 40.8 kW, found 35"),
    "radix of another switch": (POD_RA, swap("radix_ports: 48", "radix_ports: 64"), "fabrics.3.radix_ports", "expected 48, the ports of nvidia-sn2201, found 64"),
}  # fmt: skip
REFERENCES = {
    "unknown source": (LEAF, swap("value: 14.8, source: qmhw", "value: 14.8, source: qmwh"), "specs.weight_kg.source", "unknown source 'qmwh'; this part has qmhw, class, plan; did you mean 'qmhw'?"),
    "source that cannot be found": (SERVER, lambda text: once(r'(  sph: \{title: "[^"]+"), url: "[^"]+", published: [\d-]+,', r"\1,", text), "sources.sph", "kind: reference-architecture can be looked up: expected a url, a published date"),
    "source from the future": (SERVER, swap("published: 2023-09-22", "published: 2027-09-22"), "sources.sph.published", "expected at most accessed = 2026-11-21, found 2027-09-22"),
    "sure of an assumption": (SERVER, swap('high: 8.8, source: class', 'high: 8.8, confidence: verified, source: class'), "specs.power_typical_kw.confidence", "expected assumption: source 'class' is of kind: assumption, found verified"),
    "unverified without a band": (LEAF, swap("value: 14.8, source: qmhw, note: \"two supplies\"", "value: 14.8, source: qmhw, confidence: unverified"), "specs.weight_kg", "unverified: expected a band or a note"),
    "unknown GPU": (SERVER, swap("gpu: nvidia-h100-sxm-80gb", "gpu: nvidia-h100-sxm-80gib"), "gpu", "unknown GPU id 'nvidia-h100-sxm-80gib'; did you mean 'nvidia-h100-sxm-80gb'?"),
    "unknown GPU that is rented": (RENTED, swap("gpu: nvidia-h100-sxm-80gb", "gpu: h100"), "gpu", "unknown GPU id 'h100'"),
    "unknown software": (QUEUE, swap("requires: [kubernetes]", "requires: [kuberneted]"), "requires.0", "unknown software part id 'kuberneted'; did you mean 'kubernetes'?"),
    "software in a circle": (CLUSTER, swap("requires: []", "requires: [kubernetes]"), "requires.0", "'kubernetes' requires kubernetes in turn, a circle"),
    "unknown vendor": (LICENCE, swap("{vendors: [NVIDIA]}", "{vendors: [NVIDA]}"), "applies_to.vendors.0", "no GPU or server of vendor 'NVIDA'; did you mean 'NVIDIA'?"),
    "unknown server": (POD_RA, swap("server: nvidia-dgx-h100", "server: nvidia-dgx-h10"), "server", "unknown server id 'nvidia-dgx-h10'; did you mean 'nvidia-dgx-h100'?"),
    "no server at all": (POD_RA, drop("server"), "server", "required field is missing; name the server, or the gpu of any server", "name:"),
    "unknown switch": (POD_RA, swap("switch: nvidia-sn4600c", "switch: nvidia-sn4600d"), "fabrics.2.switch", "unknown switch id 'nvidia-sn4600d'; did you mean 'nvidia-sn4600c'?"),
    "switch of another technology": (POD_RA, swap("technology: ethernet\n    switch: nvidia-sn4600c", "technology: infiniband\n    switch: nvidia-sn4600c"), "fabrics.2.technology", "expected ethernet, as nvidia-sn4600c has"),
    "switch in another role": (POD_RA, swap("role: out-of-band", "role: compute"), "fabrics.3.role", "expected one of out-of-band, the roles of nvidia-sn2201, found compute"),
    "row without a source": (POD_RA, swap("management_links_count: 4, source: ra", "management_links_count: 4, source: rb"), "fabrics.0.sizes.0.source", "unknown source 'rb'; this part has ra"),
    "guide without a source": (POD_RA, swap("write_gb_s: 2, source: ra", "write_gb_s: 2, source: rb"), "storage_guides.0.source", "unknown source 'rb'; this part has ra"),
    "price of nothing": (PRICES, swap("nvidia-qm9700,", "nvidia-qm970,"), "item", "unknown part id 'nvidia-qm970'; did you mean 'nvidia-qm9700'?"),
    "price of another kind": (PRICES, cell("nvidia-qm9700", "purchase", "per-gpu-year"), "quantity", "expected purchase for a part of switches, found 'per-gpu-year'"),
    "price in euros": (PRICES, cell("nvidia-qm9700", "USD", "EUR"), "unit", "expected USD or USD/..., found 'EUR'"),
    "price of one piece by the hour": (PRICES, cell("nvidia-qm9700", "USD", "USD/h"), "unit", "expected USD for the price of one piece, found 'USD/h'"),
    "price outside of its band": (PRICES, cell("nvidia-qm9700", "30000,20000", "10000,20000"), "value", "expected low <= value <= high, found 20000 <= 10000 <= 45000"),
    "price without a date": (PRICES, cell("nvidia-qm9700", "2026-11-21", ""), "date", "required field is missing"),
    "money of another year": (PRICES, cell("nvidia-qm9700", "USD,2026", "USD,2020"), "currency_year", "expected the year of the date 2026-11-21 or the one beside it, found 2020"),
    "free without a reason": (PRICES, cell("nvidia-qm9700", "30000,20000", "0,0"), "value", "0 needs a note that says in which price it is included"),
    "price given twice": (PRICES, lambda text: text + next(line for line in text.splitlines() if line.startswith("nvidia-qm9700,")) + "\n", "item", "nvidia-qm9700 purchase is given twice"),
    "constant of nothing": (FACTS, swap("grid,kg", "gridd,kg"), "subject", "unknown subject 'gridd'; did you mean 'grid'?"),
    "constant of another unit": (FACTS, cell("grid", "kg/kWh", "g/kWh"), "unit", "expected 'kg/kWh', the unit of kg_co2_per_kwh, found 'g/kWh'"),
    "constant without a unit": (FACTS, cell("grid", "kg_co2_per_kwh", "carbon"), "quantity", "'carbon' has no known unit suffix"),
    "id of two parts": ("switches/kueue.yaml", lambda _: (shipped_folder() / OOB).read_text(encoding="utf-8"), "id", "the id is also used in software; an id belongs to one part", "name:"),
}  # fmt: skip
CASES = {**SCHEMA, **PHYSICS, **REFERENCES}


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    """Return a folder with copies of some shipped files, and the table rows of their parts."""
    folder = tmp_path_factory.mktemp("valid")
    for name in COPIED:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(shipped_folder() / name, folder / name)
    ids = {Path(name).stem for name in COPIED}
    prices = (folder / PRICES).read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in prices if line.split(",")[0] in {"item", *ids}]
    (folder / PRICES).write_text("".join(kept), encoding="utf-8")
    return folder


def test_copy_is_right(valid):
    assert [str(fault) for fault in read_shelf([valid]).faults] == []


def test_there_are_enough_cases():
    assert len(CASES) == len(SCHEMA) + len(PHYSICS) + len(REFERENCES) >= 60


@pytest.mark.parametrize("case", CASES)
def test_corrupted_copy_is_refused(valid, tmp_path, case):
    name, change, field, says, *at = CASES[case]
    folder = tmp_path / "copy"
    shutil.copytree(valid, folder)
    path = folder / name
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    after = change(before)
    path.write_text(after, encoding="utf-8")
    told = [str(fault) for fault in read_shelf([folder]).faults]
    # What a wrong part makes wrong elsewhere, such as a server that cannot feed its GPUs, is more.
    faults = [line for line in told if line.startswith(f"{path}:")]
    assert len(faults) == 1, faults
    expected = f"{path}:{line_of(before, after, *at)}: {field}: "
    assert faults[0].startswith(expected), (faults[0], expected)
    assert says in faults[0], (faults[0], says)


def line_of(before: str, after: str, marker: str | None = None) -> int:
    """Return the line of a text, or else the first one that was changed."""
    lines = after.splitlines()
    if marker is not None:
        return next(n for n, line in enumerate(lines, 1) if marker in line)
    old = before.splitlines()
    return next(n for n, line in enumerate(lines, 1) if n > len(old) or line != old[n - 1])
