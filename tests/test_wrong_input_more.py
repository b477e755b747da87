"""More wrong input: each ends the command with one line, exit code 2, and nothing written."""

# ruff: noqa: E501  (one case a line)

from pathlib import Path

import pytest
from typer.testing import CliRunner

import designlib as dl
from designlib.catalog import Catalog
from designlib.cli import app
from tests.toy_brief import TOY_BRIEF
from tests.toy_catalog import FILES, GPU, SERVER, write

CHAT = "    tpot_p95_s: 0.04\n"
BUDGET = "budget: {capex_total: 5e6}\n"
SITE = "    electricity_per_kwh: 0.12\n"
TUNE = "mode: lora, "
SECOND = "  - {id: annex, pue: 1.3, electricity_per_kwh: 0.1}\n"
TIERED = "  - {id: tiers, kind: tiered-inference, peak_requests_s: 5, tiers: [%s]}\n"
TIER = "{id: %s, share_frac: %s, params_count: 8e9, prompt_tokens: 10, output_tokens: 10, ttft_p95_s: 1, tpot_p95_s: 0.1, quality_floor: 0.5}"
ONE_TIER = TIERED % (TIER % ("small", 1))
QUEUE = "  - {id: queue, kind: job-queue, jobs_per_day: 9, gpus_per_job: {%s}, mean_hours: 1, queue_wait_p90_hours: 1}\n"
SCAN = "  - {id: scan, kind: image-inference, studies_per_day: 9, busy_hours: %s, peak_factor: %s, mb_per_study: 1, gpu_seconds_per_study: 1, wait_p99_s: 9}\n"
NIGHT = "  - {id: night, kind: batch-inference, params_count: 8e9, items_per_month_count: 10, prompt_tokens: 10, output_tokens: 10, window: '%s'}\n"
TWO_SITES = SITE + SECOND
LOT = "existing: [{site: %s, servers_count: 1, gpu: %s, gpus_per_server_count: %s%s}]\n"
HIPAA = "compliance: {profiles: [HIPAA], %s}\n"

# What is replaced in the toy brief (a text at its end where there is none); the text on the line of
# the fault; field; what the line says.
CASES = {
    "1e400": ("peak_requests_s: 5", "peak_requests_s: 1e400", "1e400", "workloads.chat.peak_requests_s", "expected a finite number [1/s], found inf"),
    "-1e400": ("peak_requests_s: 5", "peak_requests_s: -1e400", "1e400", "workloads.chat.peak_requests_s", "expected a finite number [1/s], found -inf"),
    "whole number of 400 digits": ("prompt_tokens: 2000", "prompt_tokens: 1" + "0" * 400, "prompt_tokens", "workloads.chat.prompt_tokens", "expected a number [tokens], found 1000"),
    "count of 400 digits": ("rack_positions_count: 20", "rack_positions_count: 1" + "0" * 400, "rack_positions", "sites.hall.rack_positions_count", "expected a whole number below 1e+15, found 1000"),
    "whole number of 9999 digits": ("rack_positions_count: 20", "rack_positions_count: " + "9" * 9999, "rack_positions", "sites.0.rack_positions_count", "cannot read"),
    "octal that is none": ("rack_positions_count: 20", "rack_positions_count: 0o99", "0o99", "sites.hall.rack_positions_count", "expected a whole number, found text '0o99'"),
    "cyclic anchor": (BUDGET, "budget: &b {expansions: *b}\n", "*b", "budget.expansions", "aliases (*name) are not read; write the value out"),
    "cyclic list": (BUDGET, BUDGET + "phases: &p [*p]\n", "*p", "phases.0", "aliases (*name) are not read; write the value out"),
    "a site without power": ("it_power_kw: 500", "it_power_kw: 0", "it_power_kw", "sites.hall.it_power_kw", "expected more than 0 kW at some month: a site without power runs nothing"),
    "a site without utility": ("it_power_kw: 500", "utility_mw: [{month: 0, mw: 0}, {month: 6, mw: 0}]", "utility_mw", "sites.hall.utility_mw", "expected more than 0 MW at some month: a site without power runs nothing"),
    "a site without racks": ("rack_positions_count: 20", "rack_positions_count: 0", "rack_positions", "sites.hall.rack_positions_count", "expected at least 1"),
    "power dates out of order": ("it_power_kw: 500", "it_power_kw: [{month: 9, kw: 1}, {month: 9, kw: 2}]", "it_power_kw", "sites.hall.it_power_kw.1.month", "months must rise, found 9 after 9"),
    "a repair of a century": (BUDGET, BUDGET + "reliability: {repair_days: 36500}\n", "reliability", "reliability.repair_days", "expected at most 3650 days, found 36500"),
    "away for longer than it serves": (BUDGET, BUDGET + "reliability: {repair_days: 30, gpu_hours_per_interruption: 100}\n", "reliability", "reliability.repair_days", "a GPU that fails every 100 h would be away for longer than it serves"),
    "fleet dates out of order": (BUDGET, BUDGET + "fleet: {max_gpus: [{month: 8, count: 9}, {month: 3, count: 8}]}\n", "fleet", "fleet.max_gpus.1.month", "months must rise, found 3 after 8"),
    "expansions out of order": (BUDGET, "budget: {capex_total: 5e6, expansions: [{month: 9, capex_total: 1}, {month: 6, capex_total: 1}]}\n", "budget", "budget.expansions.1.month", "months must rise, found 6 after 9"),
    "expansion before the start": (BUDGET, "budget: {capex_total: 5e6, expansions: [{month: -3, capex_total: 1}]}\n", "budget", "budget.expansions.0.month", "expected a number >= 0 [mo], found -3"),
    "expansion at the start": (BUDGET, "budget: {capex_total: 5e6, expansions: [{month: 0, capex_total: 1}]}\n", "budget", "budget.expansions.0.month", "expected a later month than 0: money for the first day belongs to capex_total"),
    "expansion of no budget": (BUDGET, "budget: {expansions: [{month: 3, capex_total: 1}]}\n", "budget", "budget.capex_total", "required field is missing; expansions add to it"),
    "phases out of order": (BUDGET, BUDGET + "phases: [{id: P1, need_month: 12}, {id: P2, need_month: 6}]\n", "phases", "phases.P2.need_month", "months must rise, found 6 after 12"),
    "phase past the horizon": (BUDGET, BUDGET + "phases: [{id: P1, need_month: 25}]\n", "phases", "phases.P1.need_month", "month 25 is past horizon_months = 24"),
    "phase of almost that name": (TUNE, "mode: lora, phase: PilotA, ", "PilotA", "workloads.tune.phase", "unknown phase 'PilotA'; did you mean 'Pilot'?"),
    "service after the horizon": (BUDGET, BUDGET + "service_start_month: 24\n", "service_start", "service_start_month", "expected before horizon_months = 24, found 24"),
    "horizon beyond the sum": (BUDGET, BUDGET + "horizon_months: 49\n", "name:", "tco_months", "expected at least horizon_months = 49, found 48"),
    "quotas above the fleet": (BUDGET, BUDGET + "teams: {now_count: 3, guaranteed_quota_frac: 1.2}\n", "teams", "teams.guaranteed_quota_frac", "expected a number <= 1, found 1.2"),
    "fewer teams than named": (TUNE, "mode: lora, team: red, ", "teams:", "teams.now_count", "expected at least the 1 teams that workloads name, found 0"),
    "loss of the only site": (BUDGET, BUDGET + "site_policy: {survive_loss_of_count: 1}\n", "site_policy", "site_policy.survive_loss_of_count", "expected fewer than the 1 sites, found 1"),
    "loss of a site that stands alone": (SITE, TWO_SITES + "site_policy: {mode: independent, survive_loss_of_count: 1}\n", "site_policy", "site_policy.survive_loss_of_count", "expected 0 for independent sites, found 1: none takes over the work of another; active_active sites do"),
    "split that is no whole": (SITE, TWO_SITES + "site_policy: {split: {hall: 0.5, annex: 0.4}}\n", "site_policy", "site_policy.split", "shares must sum to 1, they sum to 0.9"),
    "split with an unknown site": (SITE, TWO_SITES + "site_policy: {split: {hall: 0.5, annexe: 0.5}}\n", "site_policy", "site_policy.split.annexe", "unknown site 'annexe'; did you mean 'annex'?"),
    "two sites of one id": (SITE, SITE + SECOND.replace("annex", "hall"), "{id: hall", "sites.hall.id", "id 'hall' is used twice"),
    "ids that differ in case": (SITE, SITE + SECOND.replace("annex", "Hall"), "{id: Hall", "sites.Hall.id", "'Hall' differs from 'hall' in case only"),
    "unknown profile": (BUDGET, BUDGET + "compliance: {profiles: [HIPPA]}\n", "compliance", "compliance.profiles.0", "did you mean 'HIPAA'?"),
    "no profile": (BUDGET, BUDGET + "compliance: {profiles: []}\n", "compliance", "compliance.profiles", "expected at least 1 item, found 0"),
    "unknown work encrypted": (BUDGET, BUDGET + HIPAA % "encrypt: {in_use: {chatt: true}}", "compliance", "compliance.encrypt.in_use.chatt", "unknown workload 'chatt'; did you mean 'chat'?"),
    "unknown work audited": (BUDGET, BUDGET + HIPAA % "audit: {workloads: [tunes], bytes_per_request: 9, retention_years: 7}", "compliance", "compliance.audit.workloads.0", "unknown workload 'tunes'; did you mean 'tune'?"),
    "records of no time": (BUDGET, BUDGET + HIPAA % "audit: {workloads: [tune], bytes_per_request: 9, retention_years: 0}", "compliance", "compliance.audit.retention_years", "expected a number > 0"),
    "residency without a region": (BUDGET, BUDGET + HIPAA % "residency: ''", "compliance", "compliance.residency", "expected a name, found an empty text"),
    "two declines of prices": ("", "procurement: {price_decline_frac_per_year: 0.2, performance_doubling_years: 2.5}\n", "procurement:", "procurement.performance_doubling_years", "says the same as price_decline_frac_per_year: state one"),
    "more water than the limit": (SITE, SITE + "    wue_l_per_kwh: 1.8\nenvironment: {wue_max_l_per_kwh: 0.4}\n", "wue_l_per_kwh: 1.8", "sites.hall.wue_l_per_kwh", "expected at most environment.wue_max_l_per_kwh = 0.4, found 1.8; dry heat rejection"),
    "site outside the residency": (SITE, SITE + "    region: US\n" + HIPAA % "residency: EU", "region: US", "sites.hall.region", "expected EU, which the data may not leave, found 'US'"),
    "data class in two spellings": (TUNE, "mode: lora, data_class: phi, ", "data_class: phi", "workloads.tune.data_class", "'phi' differs from 'PHI' in case only"),
    "unknown data class": (TUNE, "mode: lora, data_class: [PHI], ", "data_class", "workloads.tune.data_class", "expected text, found a list"),
    "retired before the start": (BUDGET, BUDGET + "service_start_month: 6\n" + LOT % ("hall", "T100", 8, ", retire_by_month: 3"), "existing", "existing.0.retire_by_month", "expected at least service_start_month = 6, found 3"),
    "owned at an unknown site": (BUDGET, BUDGET + LOT % ("hal", "T100", 8, ""), "existing", "existing.0.site", "unknown site 'hal'; did you mean 'hall'?"),
    "owned GPU that is none": (BUDGET, BUDGET + LOT % ("hall", "T10", 8, ""), "existing", "existing.0.gpu", "'T10' names no server, GPU or GPU family; did you mean 'T100'?"),
    "owned servers of other GPUs": (BUDGET, BUDGET + LOT % ("hall", "T100", 5, ""), "existing", "existing.0.gpus_per_server_count", "no server of T100 has 5 GPUs; expected 8"),
    "rented GPU that is none": (BUDGET, BUDGET + "cloud_burst: {gpu: V100, peak_requests_max_frac: 0.1}\n", "cloud_burst", "cloud_burst.gpu", "did you mean 'T100'?"),
    "price of an unknown part": (BUDGET, BUDGET + "prices: [{item: toy-sever, value: 1}]\n", "prices", "prices.0.item", "unknown part id 'toy-sever'; did you mean 'toy-server'?"),
    "price stated twice": (BUDGET, BUDGET + "prices: [{item: toy-server, value: 1}, {item: toy-server, value: 2}]\n", "prices", "prices.1.item", "toy-server purchase is given twice"),
    "tier share above one": ("", TIERED % (TIER % ("small", 1.5)), "tiers:", "workloads.tiers.tiers.small.share_frac", "expected a number <= 1, found 1.5"),
    "tier shares above one": ("", TIERED % (TIER % ("small", 0.7) + ", " + TIER % ("large", 0.7)), "tiers:", "workloads.tiers.tiers", "shares must sum to 1, they sum to 1.4"),
    "tier with the id of a workload": ("", ONE_TIER.replace("id: small", "id: chat"), "id: tiers", "workloads.tiers.tiers.chat.id", "id 'chat' is used twice; an id names one workload or tier"),
    "tier without a promise": ("", TIERED % (TIER % ("small", 0.7) + ", " + TIER % ("large", 0.3)).replace(", quality_floor: 0.5", "", 1), "tiers:", "workloads.tiers.tiers.small.quality_floor", "required field is missing; a tier promises its quality"),
    "quality below its floor": (CHAT, CHAT + "    quality: 0.7\n    quality_floor: 0.8\n", "quality:", "workloads.chat.quality", "expected at least quality_floor = 0.8"),
    "negative growth": ("growth_factor_24_months: 2", "growth_factor_24_months: -2", "growth", "workloads.chat.growth_factor_24_months", "expected a number > 0, found -2"),
    "growth that is no number": ("growth_factor_24_months: 2", "growth_factor_24_months: .NaN", "growth", "workloads.chat.growth_factor_24_months", "expected a finite number, found nan"),
    "always available": (CHAT, CHAT + "    availability_frac: 1\n", "availability", "workloads.chat.availability_frac", "expected a number < 1, found 1"),
    "a mean above the peak": (CHAT, CHAT + "    diurnal: {peak_to_mean: 0.5}\n", "diurnal", "workloads.chat.diurnal.peak_to_mean", "expected a number >= 1, found 0.5"),
    "window without hours": ("", NIGHT % "06:00-06:00", "night", "workloads.night.window", "expected two different hours, found '06:00-06:00'"),
    "MFU above one": (TUNE, "mode: lora, mfu_frac: 1.4, ", "mfu_frac", "workloads.tune.mfu_frac", "expected a number <= 1, found 1.4"),
    "unknown precision": (TUNE, "mode: lora, precision: bf61, ", "precision", "workloads.tune.precision", "did you mean 'bf16'?"),
    "more active than there are": (TUNE, "mode: lora, active_params_count: 9e9, ", "active", "workloads.tune.active_params_count", "expected at most params_count = 8e+09"),
    "experts without top k": (TUNE, "mode: lora, experts_count: 8, ", "experts", "workloads.tune.top_k_count", "experts_count and top_k_count come together"),
    "more top experts than experts": (TUNE, "mode: lora, experts_count: 8, top_k_count: 9, ", "experts", "workloads.tune.top_k_count", "expected at most experts_count = 8"),
    "heads that do not divide": (TUNE, "mode: lora, heads_count: 9, kv_heads_count: 2, ", "heads", "workloads.tune.kv_heads_count", "expected a divisor of heads_count = 9"),
    "jobs of no GPU": ("", QUEUE % "0: 1.0", "queue", "workloads.queue.gpus_per_job.0", "expected a number >= 1, found 0"),
    "job shares that are no whole": ("", QUEUE % "1: 0.5, 8: 0.4", "queue", "workloads.queue.gpus_per_job", "shares must sum to 1, they sum to 0.9"),
    "a day of 25 hours": ("", SCAN % (25, 2), "scan", "workloads.scan.busy_hours", "expected a number <= 24 [h], found 25"),
    "a peak below the mean": ("", SCAN % (10, 0.5), "scan", "workloads.scan.peak_factor", "expected a number >= 1, found 0.5"),
    "no budget at all": (BUDGET, "budget: {capex_total: 0}\n", "budget", "budget.capex_total", "expected a number > 0 [money], found 0"),
    "all of the money a year": (BUDGET, BUDGET + "wacc_frac: 1\n", "wacc", "wacc_frac", "expected a number < 1, found 1"),
    "orders of nothing": (BUDGET, BUDGET + "procurement: {min_order_servers_count: 0}\n", "procurement", "procurement.min_order_servers_count", "expected a number >= 1, found 0"),
    "prices that fall below nothing": (BUDGET, BUDGET + "procurement: {price_decline_frac_per_year: 1.5}\n", "procurement", "procurement.price_decline_frac_per_year", "expected a number <= 1, found 1.5"),
    "lead time of no class": (BUDGET, BUDGET + "procurement: {lead_times_weeks: {server: 9}}\n", "procurement", "procurement.lead_times_weeks.server", "did you mean 'servers'?"),
    "no kind of server": (BUDGET, BUDGET + "fleet: {server_kinds_allowed: []}\n", "fleet", "fleet.server_kinds_allowed", "expected at least 1 item, found 0"),
    "four tiers of switches": (BUDGET, BUDGET + "network: {tiers_count: 4}\n", "network", "network.tiers_count", "expected a number <= 3, found 4"),
    "more uplinks than links": (BUDGET, BUDGET + "network: {oversubscription: 0.5}\n", "network", "network.oversubscription", "expected a number >= 1, found 0.5"),
    "unknown topology": (BUDGET, BUDGET + "network: {topology: fat_tree}\n", "network", "network.topology", "did you mean 'fat-tree'?"),
    "no technology": (BUDGET, BUDGET + "network: {compute_technologies_allowed: []}\n", "network", "network.compute_technologies_allowed", "expected at least 1 item, found 0"),
    "unknown redundancy": (SITE, SITE + "    redundancy: {power: N+2}\n", "redundancy", "sites.hall.redundancy.power", "expected one of N, N+1, 2N, distributed, found text 'N+2'"),
    "rate of nothing": (BUDGET, BUDGET + "currency: EUR\nfx: {usd_per_unit: 0, date: 2026-01-31}\n", "fx", "fx.usd_per_unit", "expected a number > 0"),
    "date of no day": (BUDGET, BUDGET + "currency: EUR\nfx: {usd_per_unit: 1.1, date: 2026-02-45}\n", "fx", "fx.date", "expected a date YYYY, YYYY-MM or YYYY-MM-DD, found '2026-02-45'"),
    "dollars at a rate": (BUDGET, BUDGET + "fx: {usd_per_unit: 1.1, date: 2026-01-31}\n", "fx", "fx.usd_per_unit", "expected 1 or no fx at all: the currency is USD"),
    "unknown checkpoint policy": (BUDGET, BUDGET + "storage: {checkpoint_policy: async_twotier}\n", "storage", "storage.checkpoint_policy", "did you mean 'async_two_tier'?"),
    "all of the time for canaries": (BUDGET, BUDGET + "versions: {kept_count: 0}\n", "versions", "versions.kept_count", "expected a number >= 1, found 0"),
}  # fmt: skip

# What else the text needs for the one fault to be the only one.
ALSO = {
    "phase of almost that name": (BUDGET, BUDGET + "phases: [{id: Pilot, need_month: 6}]\n"),
    "fewer teams than named": (BUDGET, BUDGET + "teams: {now_count: 0}\n"),
    "data class in two spellings": (CHAT, CHAT + "    data_class: PHI\n"),
}

# What the file holds; line; what the line says. The field is the file itself.
FILE_CASES = {
    "nested deeper than any brief": ("a: " + "{b: " * 60 + "1" + "}" * 60 + "\n", 1, "not valid YAML: nested too deeply"),
    "nested lists on lines": ("".join(" " * n + "-\n" for n in range(900)), 1, "not valid YAML: nested too deeply"),
    "tab for spaces": (TOY_BRIEF.replace("    pue", "\tpue"), 6, "not valid YAML"),
    "a second brief": (TOY_BRIEF + "---\n" + TOY_BRIEF, 21, "not valid YAML"),
    "a page": ("<html><body>not found</body></html>", 1, "expected a mapping of fields"),
    "a directive of another version": ("%YAML 9.9\n---\nname: x\n", 1, "not valid YAML"),
    "a half written file": (TOY_BRIEF[: TOY_BRIEF.index("5e6") + 2], 8, "not valid YAML"),
}  # fmt: skip

# File of an overlay of the toy catalog, its text; start of the fault; what it says.
OVERLAYS = {
    "cyclic kin": ({"gpus/a.yaml": GPU + "calibrated_as: b\n", "gpus/b.yaml": GPU + "calibrated_as: a\n"}, "gpus/a.yaml:16: calibrated_as", "a stands for b, which stands for a"),
    "its own kin": ({"gpus/a.yaml": GPU + "calibrated_as: a\n"}, "gpus/a.yaml:16: calibrated_as", "a stands for a"),
    "aliases in a part": ({"gpus/a.yaml": "name: &x [*x]\n"}, "gpus/a.yaml:1: name.0", "aliases (*name) are not read"),
    "change of no part": ({"servers/toy-sever.yaml": "cooling: air\n"}, "servers/toy-sever.yaml:1: id", "did you mean 'toy-server'?"),
    "part of a GPU that is none": ({"servers/other.yaml": SERVER.replace("gpu: toy-gpu", "gpu: toygpu")}, "servers/other.yaml:4: gpu", "did you mean 'toy-gpu'?"),
}  # fmt: skip


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Catalog.load(shipped=write(tmp_path_factory.mktemp("toy"), dict(FILES)))


@pytest.fixture
def command(tmp_path, toy, monkeypatch):
    """Return how to run a command; what it tells on stderr is one line, and nothing is written."""
    monkeypatch.setattr(dl.Catalog, "load", lambda overlay=None: toy)
    out = tmp_path / "out"

    def run(path: Path) -> str:
        result = CliRunner().invoke(app, ["optimize", str(path), "--output", str(out)])
        assert result.exit_code == 2, (result.output, result.exception)
        assert result.stdout == ""
        assert not out.exists() or not any(out.iterdir())
        told = result.stderr.splitlines()
        assert len(told) == 1, told
        assert told[0].isprintable()
        return told[0]

    return run


def text_of(case: str) -> str:
    old, new, *_ = CASES[case]
    text = TOY_BRIEF
    for before, after in [(old, new), *([ALSO[case]] if case in ALSO else [])]:
        assert before in text
        text = text.replace(before, after, 1) if before else text + after
    return text


@pytest.mark.parametrize("case", CASES)
def test_wrong_brief(tmp_path, command, case):
    _, _, marker, field, says = CASES[case]
    path = tmp_path / "brief.yaml"
    path.write_text(text_of(case), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, 1) if marker in text)
    told = command(path)
    assert told.startswith(f"{path}:{line}: {field}: "), told
    assert says in told


@pytest.mark.parametrize("case", FILE_CASES)
def test_file_that_is_no_brief(tmp_path, command, case):
    content, line, says = FILE_CASES[case]
    path = tmp_path / "brief.yaml"
    path.write_text(content, encoding="utf-8")
    told = command(path)
    assert told.startswith(f"{path}:{line}: file: "), told
    assert says in told


@pytest.mark.parametrize("size", [5_000_000, 100_000_000])
def test_large_file_is_refused_before_it_is_read(tmp_path, command, monkeypatch, size):
    path = tmp_path / "brief.yaml"
    with path.open("wb") as file:
        file.truncate(size)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("read"))
    assert command(path) == f"{path}:1: file: the file is larger than 4 MB; expected a short text"


def test_link_to_itself(tmp_path, command):
    path = tmp_path / "brief.yaml"
    path.symlink_to(path)
    assert command(path).startswith(f"{path}: file: ")


@pytest.mark.parametrize("case", OVERLAYS)
def test_wrong_overlay(tmp_path, case):
    files, place, says = OVERLAYS[case]
    shipped, own = write(tmp_path / "toy", dict(FILES)), write(tmp_path / "own", dict(files))
    with pytest.raises(dl.FaultError) as error:
        Catalog.load(own, shipped=shipped)
    told = [str(fault).removeprefix(f"{own}/") for fault in error.value.faults]
    assert told[0].startswith(f"{place}: "), told
    assert says in told[0]


def test_byte_order_mark_is_no_fault(tmp_path, toy):
    path = tmp_path / "brief.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TOY_BRIEF.encode())
    assert dl.Brief.load(path).check(toy) == []
