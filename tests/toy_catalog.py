"""Toy catalog: two GPUs, a server, a switch and a price, small enough to break in one place."""

from pathlib import Path

_DATES = "published: 2026-01, accessed: 2026-01-31"
SOURCE = f"""sources:
  ds: {{title: Sheet, {_DATES}, kind: vendor-datasheet, confidence: verified}}
"""


def part(top: str, **specs: object) -> str:
    """Return the text of a part whose specs all come from one source; line 1 is the name."""
    lines = [f"  {name}: {{value: {value}, source: ds}}" for name, value in specs.items()]
    head = f"name: Toy\nvendor: Toy Works\nstatus: shipping\n{top}{SOURCE}"
    return head + ("specs:\n" + "\n".join(lines) if lines else "specs: {}") + "\n"


GPU = part(
    "family: T100\ntee: true\nscale_up: switched\n",
    bf16_dense_tflops=100,
    fp8_dense_tflops=200,
    hbm_gb=80,
    hbm_bandwidth_gb_s=1000,
    scale_up_gb_s=600,
    tdp_w=500,
)
SERVER_SPECS = {
    "gpus_count": 8,
    "scale_up_gpus_count": 8,
    "ram_gb": 1024,
    "local_nvme_tb": 10,
    "compute_ports_count": 8,
    "compute_port_gbit_s": 400,
    "front_ports_count": 2,
    "front_port_gbit_s": 100,
    "height_u": 8,
    "power_max_kw": 7,
    "power_typical_kw": 3,
    "weight_kg": 100,
    "liquid_frac": 0,
    "oob_ports_count": 1,
    "lead_weeks": 12,
    "install_weeks": 2,
}
SERVER_TOP = "gpu: toy-gpu\ncooling: air\ncompute_technologies: [infiniband]\n"
SERVER = part(SERVER_TOP, **SERVER_SPECS)
RACK = part(
    "kind: rack-cabinet\n",
    height_u=48,
    height_usable_u=46,
    weight_limit_kg=1000,
    lead_weeks=4,
    install_weeks=1,
)
PRICES = (
    "item,quantity,value,low,high,unit,currency_year,date,source,confidence,note\n"
    "toy-server,purchase,1000,900,1100,USD,2026,2026-01-31,Quote 1,assumption,\n"
)
CONSTANTS = (
    "subject,quantity,value,low,high,unit,date,source,confidence,note\n"
    "toy-gpu,mfu_frac,0.4,0.3,0.5,1,2026-01-31,Run 1,verified,\n"
)
FILES = {
    "gpus/toy-gpu.yaml": GPU,
    "servers/toy-server.yaml": SERVER,
    "power/toy-rack.yaml": RACK,
    "prices.csv": PRICES,
    "calibration/toy.csv": CONSTANTS,
}


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files, making their folders."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
