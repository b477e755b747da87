"""Wrong input: every fault is one line with the right file, line and field, and says what to do."""

# ruff: noqa: E501  (one case a line)

import re

import pytest
from typer.testing import CliRunner

from designlib.brief import Brief, check_file
from designlib.catalog import Catalog
from designlib.faults import FaultError
from tests.toy_brief import TOY_BRIEF
from tests.toy_catalog import CONSTANTS, FILES, GPU, PRICES, SERVER, write

# What is replaced in the toy brief; the text on the line of the fault; field; what the line says.
BRIEF_CASES = {
    "unknown field": ("pue: 1.4", "pue: 1.4\n    rack_air_kv: 17", "rack_air_kv", "sites.hall.rack_air_kv", "unknown field; did you mean 'rack_air_kw'?"),
    "unknown field unlike any": ("budget:", "zzz: 1\nbudget:", "zzz", "zzz", "unknown field; expected one of budget, "),
    "wrong unit": ("it_power_kw: 500", "it_power_mw: 0.5", "it_power_mw", "sites.hall.it_power_mw", "its unit is [kW]: write 'it_power_kw'"),
    "wrong unit of a required field": ("ttft_p95_s: 1.0", "ttft_p95_ms: 1000", "ttft_p95_ms", "workloads.chat.ttft_p95_ms", "its unit is [s]: write 'ttft_p95_s'"),
    "missing field": ("    pue: 1.4\n", "", "- id: hall", "sites.hall.pue", "required field is missing"),
    "missing field with a unit": ("    prompt_tokens: 2000\n", "", "- id: chat", "workloads.chat.prompt_tokens", "required field is missing [tokens]"),
    "negative": ("it_power_kw: 500", "it_power_kw: -500", "it_power_kw", "sites.hall.it_power_kw.0.kw", "expected a number >= 0 [kW], found -500"),
    "zero where more is needed": ("params_count: 70e9", "params_count: 0", "params_count: 0", "workloads.chat.params_count", "expected a number > 0, found 0"),
    "NaN": ("pue: 1.4", "pue: {air: .nan}", "pue", "sites.hall.pue.air", "expected a finite number, found nan"),
    "infinite": ("electricity_per_kwh: 0.12", "electricity_per_kwh: .inf", "electricity", "sites.hall.electricity_per_kwh", "expected a finite number [money/kWh], found inf"),
    "too large to be finite": ("electricity_per_kwh: 0.12", "electricity_per_kwh: 1e999", "electricity", "sites.hall.electricity_per_kwh", "expected a finite number [money/kWh], found inf"),
    "text for a number": ("tpot_p95_s: 0.04", "tpot_p95_s: 40 ms", "tpot", "workloads.chat.tpot_p95_s", "expected a number [s], found text '40 ms'"),
    "boolean for a number": ("peak_requests_s: 5", "peak_requests_s: true", "peak_requests_s", "workloads.chat.peak_requests_s", "expected a number [1/s], found true"),
    "boolean for a power": ("it_power_kw: 500", "it_power_kw: true", "it_power_kw", "sites.hall.it_power_kw", "expected a number or a list of {month, kw}"),
    "null for a number": ("peak_requests_s: 5", "peak_requests_s:", "peak_requests_s", "workloads.chat.peak_requests_s", "expected a number [1/s], found nothing (null)"),
    "list for a number": ("peak_requests_s: 5", "peak_requests_s: [5]", "peak_requests_s", "workloads.chat.peak_requests_s", "expected a number [1/s], found a list"),
    "broken piece": ("rack_positions_count: 20", "rack_positions_count: 20.5", "rack_positions", "sites.hall.rack_positions_count", "expected a whole number, found 20.5"),
    "number for a name": ("name: Toy bank - chat and tuning", "name: 42", "name: 42", "name", "expected text, found 42"),
    "empty name": ("name: Toy bank - chat and tuning", "name: ''", "name:", "name", "expected a name, found an empty text"),
    "word for a boolean": ("budget:", "policies: {batch_on_serving: no}\nbudget:", "policies", "policies.batch_on_serving", "expected true or false, found text 'no'"),
    "share above one": ("tpot_p95_s: 0.04", "tpot_p95_s: 0.04\n    prefix_hit_frac: 50", "prefix_hit_frac", "workloads.chat.prefix_hit_frac", "expected a number <= 1, found 50"),
    "PUE below one": ("pue: 1.4", "pue: 0.4", "pue", "sites.hall.pue.air", "expected a number >= 1, found 0.4"),
    "markup for an id": ("- id: chat", "- id: <script>", "<script>", "workloads.0.id", "expected an id of letters, digits and single hyphens, found '<script>'"),
    "formula for an id": ("- id: hall", "- id: =cmd()", "=cmd()", "sites.0.id", "expected an id of letters, digits and single hyphens, found '=cmd()'"),
    "id used twice": ("{id: tune,", "{id: chat,", "{id: chat", "workloads.chat.id", "id 'chat' is used twice"),
    "unknown kind": ("kind: inference", "kind: inferense", "kind: inferense", "workloads.chat.kind", "did you mean 'inference'?"),
    "missing kind": ("    kind: inference\n", "", "- id: chat", "workloads.chat.kind", "required field is missing"),
    "unknown mode": ("mode: lora", "mode: qlora", "mode: qlora", "workloads.tune.mode", "expected one of full, lora, found text 'qlora'; did you mean 'lora'?"),
    "bad window": ("tpot_p95_s: 0.04", "tpot_p95_s: 0.04\n    diurnal: {night: 20-06}", "diurnal", "workloads.chat.diurnal.night", "expected a window 'HH:MM-HH:MM', found '20-06'"),
    "hour that is none": ("tpot_p95_s: 0.04", "tpot_p95_s: 0.04\n    diurnal: {night: '25:00-06:00'}", "diurnal", "workloads.chat.diurnal.night", "expected a window 'HH:MM-HH:MM'"),
    "growth of nothing": ("growth_factor_24_months: 2", "growth_factor_24_months: 0", "growth", "workloads.chat.growth_factor_24_months", "expected a number > 0, found 0"),
    "months that fall": ("it_power_kw: 500", "it_power_kw: [{month: 6, kw: 1}, {month: 3, kw: 2}]", "it_power_kw", "sites.hall.it_power_kw.1.month", "months must rise, found 3 after 6"),
    "month past the horizon": ("it_power_kw: 500", "it_power_kw: [{month: 99, kw: 1}]", "it_power_kw", "sites.hall.it_power_kw.0.month", "month 99 is past horizon_months = 24"),
    "horizon past the sum": ("budget:", "tco_months: 12\nbudget:", "tco_months", "tco_months", "expected at least horizon_months = 24, found 12"),
    "currency without a rate": ("budget:", "currency: EUR\nbudget:", "name:", "fx", "required field is missing; EUR needs {usd_per_unit, date}"),
    "currency in words": ("budget:", "currency: euros\nbudget:", "currency", "currency", "expected a currency of three capital letters"),
    "expected results": ("budget:", "expect: {gpus: 8}\nbudget:", "expect", "expect", "unknown field"),
    "no sites": ("sites:\n  - id: hall\n    it_power_kw: 500\n    rack_positions_count: 20\n    pue: 1.4\n    electricity_per_kwh: 0.12\n", "sites: []\n", "sites: []", "sites", "expected at least 1 item, found 0"),
    "a mapping for a list": ("sites:\n  - id: hall\n", "sites:\n    id: hall\n", "sites:", "sites", "expected a list, found a mapping"),
    "key given twice": ("name: Toy bank", "currency: USD\ncurrency: EUR\nname: Toy bank", "currency: EUR", "currency", "key given twice; first on line 1"),
    "neither llm nor parameters": ("    params_count: 70e9\n", "", "- id: chat", "workloads.chat.params_count", "give params_count or llm"),
    "unknown phase": ("mode: lora", "mode: lora, phase: P1", "{id: tune", "workloads.tune.phase", "unknown phase 'P1'; this brief has none"),
    "unknown llm": ("params_count: 70e9", "llm: toy-llm", "llm:", "workloads.chat.llm", "unknown language model 'toy-llm'"),
    "unknown hardware word": ("budget:", "fleet: {server_kinds_allowed: [T10O class]}\nbudget:", "fleet", "fleet.server_kinds_allowed.0", "'T10O class' names no server, GPU or GPU family; did you mean 'T100'?"),
    "alias": ("budget: {capex_total: 5e6}", "budget: &b {capex_total: 5e6}\nteams: *b", "teams: *b", "teams", "aliases (*name) are not read; write the value out"),
    "tag": ("budget: {capex_total: 5e6}", "budget: {capex_total: !!python/object:os.system 5}", "budget", "budget.capex_total", "is not read; write plain text"),
    "key that is a list": ("budget: {capex_total: 5e6}", "budget: {[1]: 5e6}", "budget", "budget", "expected a name as key"),
}  # fmt: skip

# What the file holds; line; what the line says. The field is the file itself.
FILE_CASES = {
    "empty": (b"", 1, "the file is empty"),
    "only a comment": (b"# nothing\n", 1, "the file is empty"),
    "a list": (b"- 1\n- 2\n", 1, "expected a mapping of fields, found a list"),
    "a single value": (b"hello\n", 1, "expected a mapping of fields, found a single value"),
    "binary": (b"name: x\n\x00\x01\x02", 2, "binary content; expected UTF-8 text"),
    "not UTF-8": (b"id: A\nname: \xe9t\xe9\n", 2, "byte 0xe9 is not UTF-8"),
    "UTF-16": ("name: x".encode("utf-16"), 1, "expected UTF-8 text"),
    "no YAML": (b"name: [1, 2\nsites: }\n", 2, "not valid YAML"),
    "tab indent": (b"sites:\n\t- id: x\n", 2, "not valid YAML"),
    "two documents": (b"a: 1\n---\nb: 2\n", 2, "not valid YAML"),
    "control character": (b"name: a\x07b\n", 1, "not valid YAML"),
    "nested without end": (b"a: " + b"[" * 5000, 1, "not valid YAML"),
    "too large": (b"#" * 5_000_000, 1, "larger than 4 MB"),
}

# File of the toy catalog; old and new text; text on the line of the fault; field; what it says.
GPU_FILE, SERVER_FILE = "gpus/toy-gpu.yaml", "servers/toy-server.yaml"
CATALOG_CASES = {
    "unknown spec": (GPU_FILE, "  tdp_w:", "  boost_mhz: {value: 1, source: ds}\n  tdp_w:", "boost_mhz", "specs.boost_mhz", "unknown field"),
    "wrong unit": (GPU_FILE, "tdp_w: {value: 500", "tdp_kw: {value: 0.5", "tdp_kw", "specs.tdp_kw", "its unit is [W]: write 'tdp_w'"),
    "negative": (GPU_FILE, "tdp_w: {value: 500", "tdp_w: {value: -500", "tdp_w", "specs.tdp_w.value", "expected a number > 0 [W], found -500"),
    "text for a number": (GPU_FILE, "hbm_gb: {value: 80", "hbm_gb: {value: 80 GB", "hbm_gb", "specs.hbm_gb.value", "expected a number [GB], found text '80 GB'"),
    "bare number": (GPU_FILE, "hbm_gb: {value: 80, source: ds}", "hbm_gb: 80", "hbm_gb", "specs.hbm_gb", "expected a mapping of fields [GB], found 80"),
    "no source": (GPU_FILE, "hbm_gb: {value: 80, source: ds}", "hbm_gb: {value: 80}", "hbm_gb", "specs.hbm_gb.source", "required field is missing"),
    "unknown source": (GPU_FILE, "hbm_gb: {value: 80, source: ds}", "hbm_gb: {value: 80, source: dss}", "hbm_gb", "specs.hbm_gb.source", "unknown source 'dss'; this part has ds; did you mean 'ds'?"),
    "band without its value": (GPU_FILE, "hbm_gb: {value: 80,", "hbm_gb: {value: 80, low: 90,", "hbm_gb", "specs.hbm_gb.value", "expected low <= value <= high, found 90 <= 80 <= -"),
    "sparse figure": (GPU_FILE, "fp8_dense_tflops: {value: 200", "fp8_dense_tflops: {value: 400", "fp8", "specs.fp8_dense_tflops", "expected 2 x bf16_dense_tflops = 200 within 2%, found 400"),
    "unknown status": (GPU_FILE, "status: shipping", "status: shippingg", "status", "status", "did you mean 'shipping'?"),
    "undated source": (GPU_FILE, "accessed: 2026-01-31", "accessed: yesterday", "ds:", "sources.ds.accessed", "expected a date YYYY, YYYY-MM or YYYY-MM-DD, found 'yesterday'"),
    "id in the file": (GPU_FILE, "name: Toy", "id: toy-gpu\nname: Toy", "id: toy-gpu", "id", "unknown field; the name of the file is the id"),
    "key given twice": (GPU_FILE, "  tdp_w: {value: 500", "  tdp_w: {value: 400, source: ds}\n  tdp_w: {value: 500", "value: 500", "specs.tdp_w", "key given twice; first on line 15"),
    "unknown GPU": (SERVER_FILE, "gpu: toy-gpu", "gpu: toy-gpo", "gpu: toy-gpo", "gpu", "unknown GPU id 'toy-gpo'; did you mean 'toy-gpu'?"),
    "less power than its GPUs": (SERVER_FILE, "power_max_kw: {value: 7", "power_max_kw: {value: 3.9, low: 3", "power_max_kw", "specs.power_max_kw", "expected at least gpus_count x tdp_w = 4 kW, found 3.9"),
    "typical above maximum": (SERVER_FILE, "power_typical_kw: {value: 3", "power_typical_kw: {value: 9", "power_typical_kw", "specs.power_typical_kw", "expected at most power_max_kw = 7, found 9"),
    "too few ports": (SERVER_FILE, "compute_ports_count: {value: 8", "compute_ports_count: {value: 4", "compute_ports_count", "specs.compute_ports_count", "expected one port per GPU (8), or a note"),
    "broken scale-up": (SERVER_FILE, "scale_up_gpus_count: {value: 8", "scale_up_gpus_count: {value: 3", "scale_up_gpus_count", "specs.scale_up_gpus_count", "expected a divisor of gpus_count = 8, found 3"),
    "weak supplies": (SERVER_FILE, "  weight_kg", "  psus_count: {value: 2, source: ds}\n  psu_kw: {value: 3, source: ds}\n  weight_kg", "psu_kw", "specs.psu_kw", "power supplies of 6 kW together cannot feed power_max_kw"),
    "liquid in an air server": (SERVER_FILE, "liquid_frac: {value: 0", "liquid_frac: {value: 0.8", "liquid_frac", "specs.liquid_frac", "0.8 does not agree with cooling: air"),
    "too tall for a server": (SERVER_FILE, "height_u: {value: 8", "height_u: {value: 48", "height_u", "specs.height_u", "48U fits no rack; the tallest holds 46U"),
    "low rack-scale system": (SERVER_FILE, "cooling: air", "cooling: air\nrack_scale: true", "height_u", "specs.height_u", "expected 30U or more: rack_scale is true, found 8"),
    "CPU server with GPUs": (SERVER_FILE, "gpu: toy-gpu", "gpu: null", "gpus_count", "specs.gpus_count", "8 does not agree with gpu: null"),
    "cabinet without a limit": ("power/toy-rack.yaml", "  weight_limit_kg: {value: 1000, source: ds}\n", "", "specs:", "specs.weight_limit_kg", "required field is missing; kind: rack-cabinet needs it"),
    "price of nothing": ("prices.csv", "toy-server,", "toy-sever,", "toy-sever", "item", "unknown part id 'toy-sever'; did you mean 'toy-server'?"),
    "price in euros": ("prices.csv", ",USD,", ",EUR,", "Quote 1", "unit", "expected USD or USD/..., found 'EUR'"),
    "price without a date": ("prices.csv", ",2026-01-31,", ",,", "Quote 1", "date", "required field is missing"),
    "price that is no number": ("prices.csv", ",1000,", ",1 000,", "Quote 1", "value", "expected a number, found text '1 000'"),
    "price that is NaN": ("prices.csv", ",1000,900,1100,", ",nan,,,", "Quote 1", "value", "expected a finite number, found nan"),
    "price below its band": ("prices.csv", ",1000,", ",800,", "Quote 1", "value", "expected low <= value <= high, found 900 <= 800 <= 1100"),
    "price given twice": ("prices.csv", "Quote 1,assumption,\n", "Quote 1,assumption,\ntoy-server,purchase,1,1,1,USD,2026,2026,Quote 2,assumption,\n", "Quote 2", "item", "toy-server purchase is given twice; first on line 2"),
    "a comma too many": ("prices.csv", "Quote 1", "Quote 1, page 2", "Quote 1", "file", "expected 11 cells, found 12; quote a cell that holds a comma"),
    "unknown column": ("prices.csv", "currency_year", "currency_yr", "item,", "currency_yr", "unknown column; did you mean 'currency_year'?"),
    "open quote": ("prices.csv", "Quote 1", '"Quote 1', "Quote 1", "file", "not a valid CSV row"),
    "constant without a unit": ("calibration/toy.csv", "mfu_frac", "mfu", "Run 1", "quantity", "'mfu' has no known unit suffix"),
    "constant of another unit": ("calibration/toy.csv", ",1,2026", ",%,2026", "Run 1", "unit", "expected '1', the unit of mfu_frac, found '%'"),
    "unknown confidence": ("calibration/toy.csv", "verified", "certain", "Run 1", "confidence", "expected one of verified, secondary, unverified, assumption, found text 'certain'"),
}  # fmt: skip


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Catalog.load(shipped=write(tmp_path_factory.mktemp("toy"), dict(FILES)))


def line_of(text: str, marker: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if marker in line)


def assert_one(faults, file, line, field, says):
    lines = [str(fault) for fault in faults]
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"{file}:{line}: {field}: "), lines[0]
    assert says in lines[0], lines[0]
    assert lines[0].isprintable()


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_toy_brief_is_right(tmp_path, toy):
    path = tmp_path / "brief.yaml"
    path.write_text(TOY_BRIEF, encoding="utf-8")
    assert check_file(path, toy) == []


@pytest.mark.parametrize("case", BRIEF_CASES)
def test_wrong_brief(tmp_path, toy, case):
    old, new, marker, field, says = BRIEF_CASES[case]
    text = replaced(TOY_BRIEF, old, new)
    path = tmp_path / "brief.yaml"
    path.write_text(text, encoding="utf-8")
    assert_one(check_file(path, toy), path, line_of(text, marker), field, says)


@pytest.mark.parametrize("case", FILE_CASES)
def test_file_that_is_no_brief(tmp_path, case):
    content, line, says = FILE_CASES[case]
    path = tmp_path / "brief.yaml"
    path.write_bytes(content)
    assert_one(check_file(path), path, line, "file", says)


@pytest.mark.parametrize("case", FILE_CASES)
def test_file_that_is_no_part(tmp_path, case):
    content, line, says = FILE_CASES[case]
    write(tmp_path, {**FILES, "gpus/bad.yaml": content})
    with pytest.raises(FaultError) as error:
        Catalog.load(shipped=tmp_path)
    assert_one(error.value.faults, tmp_path / "gpus/bad.yaml", line, "file", says)


@pytest.mark.parametrize("case", CATALOG_CASES)
def test_wrong_catalog(tmp_path, case):
    name, old, new, marker, field, says = CATALOG_CASES[case]
    text = replaced(FILES[name], old, new)
    write(tmp_path, {**FILES, name: text})
    with pytest.raises(FaultError) as error:
        Catalog.load(shipped=tmp_path)
    assert_one(error.value.faults, tmp_path / name, line_of(text, marker), field, says)


@pytest.mark.parametrize(
    ("path", "says"),
    [("missing.yaml", "no such file"), (".", "is a folder; expected a file"), ("a\0b", "read")],
)
def test_path_that_cannot_be_read(tmp_path, path, says):
    faults = check_file(tmp_path / path)
    assert len(faults) == 1
    assert re.search(rf": file: .*{says}", str(faults[0]))
    assert str(faults[0]).isprintable()


def test_every_fault_of_a_file_is_told(tmp_path):
    text = TOY_BRIEF.replace("pue: 1.4", "pue: 0.4").replace("mode: lora", "mode: qlora")
    path = tmp_path / "brief.yaml"
    path.write_text(text.replace("budget:", "bugdet:"), encoding="utf-8")
    told = [(fault.line, fault.field) for fault in check_file(path)]
    assert told == [(6, "sites.hall.pue.air"), (8, "bugdet"), (19, "workloads.tune.mode")]


def test_every_fault_of_a_catalog_is_told(tmp_path):
    changes = {
        GPU_FILE: GPU.replace("value: 80", "value: -80").replace("tee: true", "tee: 1"),
        SERVER_FILE: SERVER.replace("gpu: toy-gpu", "gpu: other"),
        "prices.csv": PRICES.replace("USD", "EUR"),
        "calibration/toy.csv": CONSTANTS.replace("verified", "certain"),
    }
    with pytest.raises(FaultError) as error:
        Catalog.load(shipped=write(tmp_path, {**FILES, **changes}))
    told = [(fault.file.removeprefix(f"{tmp_path}/"), fault.field) for fault in error.value.faults]
    assert told == [
        ("calibration/toy.csv", "confidence"),
        (GPU_FILE, "tee"),
        (GPU_FILE, "specs.hbm_gb.value"),
        ("prices.csv", "unit"),
        (SERVER_FILE, "gpu"),
    ]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "=cmd()|' /C calc'!A0", "Ærø ☃"])
def test_strange_name_is_only_a_name(tmp_path, name):
    quoted = name.replace("'", "''")
    path = tmp_path / "brief.yaml"
    text = replaced(TOY_BRIEF, "name: Toy bank - chat and tuning", f"name: '{quoted}'")
    path.write_text(text, encoding="utf-8")
    assert Brief.load(path).name == name
    gpu = replaced(GPU, "name: Toy", f"name: '{quoted}'")
    catalog = Catalog.load(shipped=write(tmp_path / "catalog", {**FILES, GPU_FILE: gpu}))
    assert catalog.gpus["toy-gpu"].name == name


@pytest.mark.parametrize("name", ["gpus/Toy_GPU.yaml", "gpus/toy--gpu.yaml", "gpus/=cmd().yaml"])
def test_file_name_that_is_no_id(tmp_path, name):
    with pytest.raises(FaultError) as error:
        Catalog.load(shipped=write(tmp_path, {**FILES, name: GPU}))
    says = "expected a file name of small letters, digits and hyphens"
    assert_one(error.value.faults, tmp_path / name, 1, "id", says)


def test_faults_of_the_command_line_are_single_lines(tmp_path):
    from designlib.cli import app

    path = tmp_path / "brief.yaml"
    path.write_text(replaced(TOY_BRIEF, "pue: 1.4", "pue: much"), encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 1
    told = result.stdout.replace("\n", "")
    assert "sites.hall.pue" in told
    assert "Traceback" not in result.output
