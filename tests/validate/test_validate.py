"""Validate: every check accepts the good design and refuses each way to break its promise."""

import ast
from pathlib import Path

import pytest

import designlib.validate as room
from designlib.validate import Validation, checks, sentences, validate
from designlib.validate.recount import recounts
from tests.validate.toy import ALONE, SERVER, toy_catalog, toy_design


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    return toy_catalog(tmp_path_factory.mktemp("catalog"))


def line(tables, name):
    return next(row for row in tables["bill_of_materials"] if row["line_id"] == name)


def of(table, key, value, **changes):
    """Return a change of the rows of a table in which a column has a value."""

    def change(tables):
        rows = [row for row in tables[table] if row[key] == value]
        assert rows
        for row in rows:
            row.update(changes)

    return change


def figure(workload, name, value):
    def change(tables):
        for row in tables["operations"]:
            if row["workload"] == workload:
                row["figures"][name]["value"] = value

    return change


def saved(every_s, overhead_frac):
    """Return a change that tells how often the tuning saves and what share of time that takes."""

    def change(tables):
        told = {"checkpoint_interval": every_s, "checkpoint_overhead": overhead_frac}
        for row in tables["operations"]:
            if row["workload"] == "tune":
                row["figures"] |= {name: {"value": value} for name, value in told.items()}

    return change


def drop(table, key, value):
    """Return a change that removes the first row of a table in which a column has a value."""

    def change(tables):
        rows = tables[table]
        rows.remove(next(row for row in rows if row[key] == value))

    return change


def bought(name, **changes):
    return {"change": of("bill_of_materials", "line_id", name, **changes)}


def unbought(name):
    return {"change": drop("bill_of_materials", "line_id", name)}


def placed(name, **changes):
    return {"change": of("placement", "line_id", name, **changes)}


def runs(name, **changes):
    return {"change": of("operations", "workload", name, **changes)}


def scaled(kind, factor):
    def change(tables):
        for row in tables["cost"]:
            if row["kind"] == kind:
                row["amount"] *= factor
                row["present_value"] *= factor

    return change


def site(**changes):
    return lambda brief: brief["sites"][0].update(changes)


def block(name, **changes):
    return lambda brief: brief.setdefault(name, {}).update(changes)


def work(name, **changes):
    return lambda brief: next(w for w in brief["workloads"] if w["id"] == name).update(changes)


def there(*counts, use="in service", retire=12, lots=1):
    """Return a design with servers of the toy that were there already, and its brief with them."""

    def brief(asked):
        asked["existing"] = [
            {"site": "hall", "servers_count": lots, "gpu": "toy-gpu",
             "gpus_per_server_count": 8, "retire_by_month": retire}
        ]  # fmt: skip

    def change(tables):
        row = {"site": "hall", "pool": ALONE, "part_id": SERVER, "name": "", "use": use}
        tables["existing"] = [
            {**row, "period_month": month, "count": n}
            for month, n in zip((6, 12), counts, strict=True)
        ]

    return {"brief": brief, "change": change}


def second_site(brief):
    """Promise that either of two sites carries the service alone."""
    brief["sites"].append(brief["sites"][0] | {"id": "annex"})
    brief["site_policy"] = {"survive_loss_of_count": 1}


BROKEN = [
    # check, words of the finding, what breaks the design
    ("existing", "3 toy-server of what was there already are counted", there(3, 0)),
    ("existing", "the brief has 0", there(1, 1)),
    ("existing", "comes into service late", there(0, 1, retire=None)),
    ("existing", "not understood", there(1, 0, use="sold")),
    ("placement", "1 of what was there already are in service", there(1, 0)),
    ("availability", "of its pool (1) keep", bought("L2", count=1)),
    ("availability", "of its pool (3) keep", {"brief": work("chat", availability_frac=0.9999999)}),
    ("bill", "unknown part id", bought("L5", part_id="toy-cabel")),
    ("bill", "is priced at 90,000.00", bought("L1", unit_price=90_000)),
    ("bill", "above the unit price", bought("L1", net_price=110_000)),
    ("bill", "is not 1.00", bought("L1", extended=1)),
    ("bill", "it costs 60,000.00",
     {"brief": lambda b: b.update(prices=[{"item": SERVER, "value": 60_000}])}),
    ("capacity", "are in service", bought("L2", count=2)),
    ("capacity", "server-hours", runs("tune", hours=800)),
    ("capacity", "20:00-06:00", runs("night", hours=400)),
    ("capacity", "the bill does not have", runs("train", pool="elsewhere")),
    ("capacity", "rented", runs("night", pool="rented")),
    ("certificate", "is above the objective", {"bound": 1e9}),
    ("certificate", "are 10", {"bound": 5e5, "objective": 5.6e5}),
    ("certificate", "the catalog is not", {"catalog_hash": "another"}),
    ("certificate", "the brief in the design", {"brief_hash": "another"}),
    ("certificate", "the certificate says time_limit", {"status": "time_limit"}),
    ("certificate", "candidates are dropped", {"candidates_dropped": 7}),
    ("compliance", "does not state encrypt-at-rest",
     {"brief": block("compliance", profiles=["SOC2"])}),
    ("compliance", "data of PHI and none share the servers",
     {"brief": lambda b: (b.update(compliance={"profiles": ["HIPAA"]}),
                          work("chat", data_class="PHI")(b))}),
    ("compliance", "has no GPU with a TEE",
     {"brief": block("compliance", profiles=["SOC2"], encrypt={"in_use": {"chat": True}}),
      "change": of("operations", "workload", "chat", pool="elsewhere")}),
    ("fleet", "allows only B200", {"brief": block("fleet", server_kinds_allowed=["B200"])}),
    ("fleet", "39 are allowed", {"brief": block("fleet", max_gpus=39)}),
    ("footprint", "t of carbon a year, 77.0 are allowed",
     {"brief": block("environment", carbon_max_t_per_year=77)}),
    ("footprint", "m3 of water a year, 200.0 are allowed",
     {"brief": block("environment", water_max_m3_per_year=200)}),
    ("footprint", "carbon_t is 38.632, the design says 1.000",
     {"change": lambda t: t.update(footprint=[{
         "site": "hall", "period_month": 6, "it_energy_mwh": 0.0, "facility_energy_mwh": 0.0,
         "carbon_t": 1.0, "water_m3": 0.0}])}),
    ("growth", "33.9 GPUs are promised", {"brief": work("train", growth_factor_24_months=2.12)}),
    ("growth", "FLOP a month", {"brief": work("tune", runs_per_month_count=3000)}),
    ("growth", "requests are in flight", {"brief": work("chat", peak_requests_s=20)}),
    ("growth", "items a month", {"brief": work("night", items_per_month_count=2e6)}),
    ("growth", "runs nowhere at month 12", {"change": lambda t: t["operations"].pop()}),
    ("growth", "runs twice", {"change": lambda t: t["operations"].append(t["operations"][0])}),
    ("growth", "changes its way",
     {"change": lambda t: t["operations"][0].update(candidate="other")}),
    ("money", "the budget is", {"brief": block("budget", capex_total=700_000)}),
    ("money", "compute: its lines add up", unbought("L2")),
    ("money", "today, not", {"change": lambda t: t["cost"][0].update(present_value=1.0)}),
    ("money", "the objective says 5.00", {"objective": 5.0}),
    ("money", "neither in the bill nor labor", {"change": lambda t: t["cost"].append(
        t["cost"][0] | {"layer": "network", "amount": 9e4, "present_value": 9e4})}),
    ("network", "server ports with", bought("L1", count=3)),
    ("network", "links are needed", bought("L5", count=15)),
    ("network", "are not the 2 switches", bought("L4", count=2)),
    ("network", "without switches", unbought("L4")),
    ("network", "by storage network", unbought("L6")),
    ("network", "by in-band network, 5 links", bought("L10", count=5)),
    ("network", "by out-of-band network", unbought("L11")),
    ("orders", "2.0 months ago", bought("L1", order_by_month=-2.0)),
    ("orders", "at the earliest", bought("L1", order_by_month=3.0)),
    ("orders", "at the earliest",
     {"brief": block("procurement", lead_times_weeks={"storage": 30})}),
    ("orders", "5 toy-server go into service at hall in month 6, a scalable unit has 2",
     {"brief": block("fleet", scalable_unit_servers_count=2)}),
    ("orders", "the least order is 7", {"brief": block("procurement", min_order_servers_count=7)}),
    ("phases", "month 6: 40 GPUs in service, the phase allows 39",
     {"brief": lambda b: b.update(phases=[{"id": "P1", "need_month": 6, "max_gpus_count": 39}])}),
    ("placement", "1 bought, 0 placed", {"change": drop("placement", "line_id", "L13")}),
    ("placement", "2 bought, 3 placed",
     {"change": lambda t: t["placement"].append(t["placement"][0])}),
    ("placement", "which the bill does not have", placed("L4", line_id="L99")),
    ("placement", "1 toy-leaf stand at hall without a line", placed("L4", line_id="")),
    ("placement", "spares on the shelf", placed("L4", line_id="L3")),
    ("placement", "placed are toy-oob", placed("L4", part_id="toy-oob")),
    ("placement", "placed at attic", placed("L4", site="attic")),
    ("placement", "before month 12", placed("L14", period_month=6)),
    ("plant", "ups carries 0.0 kW",
     {"brief": site(power_chain={"owner": "customer", "exists": False})}),
    ("plant", "to the room air", {"brief": site(it_power_kw=40)}),
    ("plant", "room air carries 0.0 kW", {"brief": site(room_air={"exists": False})}),
    ("power", "month 12: 42.0 kW of IT", {"brief": site(it_power_kw=41.9)}),
    ("power", "month 12: 58.8 kW drawn", {"brief": site(utility_mw=0.0587)}),
    ("promises", "ttft_p95 is 1.1 s", {"change": figure("chat", "ttft_p95", 1.1)}),
    ("promises", "hours_per_run is 3 h", {"brief": work("tune", max_hours=2)}),
    ("promises", "no tpot_p95 is predicted", {"change": figure("chat", "tpot_p95", None)}),
    ("racks", "overlap at 8U", {"change": lambda t: t["placement"][1].update(u_bottom=8)}),
    ("racks", "a air rack takes 13 kW", {"brief": site(rack_air_kw=13)}),
    ("racks", "takes 12 kW", {"brief": site(rack_feed_kw=12)}),
    ("racks", "it has 3 positions", {"brief": site(rack_positions_count=3)}),
    ("racks", "3 cabinets bought", bought("L16", count=3)),
    ("racks", "the cabinet has 46U", {"change": lambda t: t["placement"][1].update(u_bottom=40)}),
    ("racks", "the catalog says 7", {"change": lambda t: t["placement"][0].update(kw=5)}),
    ("racks", "different kinds of rack",
     {"change": lambda t: t["placement"][0].update(rack_kind="toy-door")}),
    ("racks", "offers no racks of kind toy-door",
     {"change": of("placement", "rack", "R1", rack_kind="toy-door")}),
    ("racks", "1 racks need toy-door at hall, 0 bought", {
        "change": of("placement", "rack", "R1", rack_kind="toy-door"),
        "brief": site(rear_door={"rack_limit_kw": 20})}),
    ("racks", "100 kg/m2, 80 are allowed", {"brief": site(floor_limit_kg_per_m2=80)}),
    ("residual", "what is left is worth", {"change": scaled("residual", 1.01)}),
    ("running", "months 6 to 12: energy costs 11,037.60", {"change": scaled("energy", 1.01)}),
    ("running", "carbon costs", {"brief": block("environment", carbon_price_per_t=50)}),
    ("running", "water costs", {"brief": block("environment", water_price_per_m3=3)}),
    ("running", "space costs", {"brief": site(space_per_kw_month=10)}),
    ("running", "support costs", {"change": scaled("support", 0.9)}),
    ("readable", "no unit_price", bought("L1", unit_price=None)),
    ("readable", "other is no workload", runs("chat", workload="other")),
    ("readable", "the certificate has no bound", {"bound": None}),
    ("readable", "dates of its own: 7", {"change": lambda t: t["cost"][0].update(period_month=7)}),
    ("saves", "checkpoints take 140.0 GB/s",
     {"brief": work("tune", mode="full"), "change": saved(every_s=0.1, overhead_frac=0.01)}),
    ("saves", "tune: advances for 0.9", {
        "brief": lambda b: (work("tune", mode="full")(b), block(
            "reliability", ettr_min_frac=0.999, restart_s=600)(b)),
        "change": saved(every_s=3600, overhead_frac=0.01)}),
    ("sites", "without hall the other sites carry 0.0", {"brief": second_site}),
    ("spares", "0 spares of toy-server suffice 95.31% of the time at hall", unbought("L3")),
    ("stated", "tune: an MFU of 40% is stated, +33% against",
     {"change": figure("tune", "mfu_predicted", 0.3)}),
    ("storage", "are to be kept on the parallel tier", {"brief": lambda b: (
        b["storage"].update(images_hot_days=90),
        b["workloads"].append({"id": "scan", "kind": "image-inference", "studies_per_day": 9000,
                               "busy_hours": 10, "peak_factor": 2, "mb_per_study": 150,
                               "gpu_seconds_per_study": 5, "wait_p99_s": 10}))}),
    ("storage", "75.0 TB are to be kept",
     {"change": lambda t: line(t, "L13").update(period_month=12)}),
    ("storage", "tier, it holds 170.0 TB", {"brief": block("storage", hot_tb=80)}),
    ("storage", "32.0 GB/s are to be read", {"brief": work("train", read_gb_s_per_gpu=2)}),
]  # fmt: skip


def test_good_design_keeps_every_promise(catalog):
    found = validate(toy_design(catalog), catalog)
    assert found.ok, str(found)
    assert set(found.findings) == set(checks()) | set(recounts())


@pytest.mark.parametrize(
    ("name", "words", "how"), BROKEN, ids=lambda x: x if isinstance(x, str) else ""
)
def test_broken_promise_is_found(catalog, name, words, how):
    found = checks()[name](toy_design(catalog, **how), catalog)
    assert any(words in sentence for sentence in found), found


def test_every_check_has_a_way_to_break():
    assert {name for name, _, _ in BROKEN} == set(checks())


def test_unreadable_design_stops_the_other_checks(catalog):
    broken = toy_design(catalog, change=of("cost", "kind", "energy", amount=None))
    found = validate(broken, catalog)
    assert not found.ok
    assert list(found.findings) == ["readable"]


def test_redundant_power_modules_count_without_the_largest(catalog):
    def two_ups(tables):
        ups = dict(line(tables, "L16"), line_id="L17", part_id="toy-ups", layer="power", count=2)
        tables["bill_of_materials"].append(ups)

    def chain(redundancy):
        return site(
            power_chain={"owner": "customer", "exists": False}, redundancy={"power": redundancy}
        )

    for redundancy, words in (("N", ""), ("N+1", "carries 30.0 kW"), ("2N", "carries 30.0 kW")):
        design = toy_design(catalog, brief=chain(redundancy), change=two_ups)
        found = checks()["plant"](design, catalog)
        assert any(words in sentence for sentence in found) == bool(words), (redundancy, found)


def test_nights_free_hours_for_batches(catalog):
    """Ten night hours of three servers are 912; a service that halves leaves 608 of them."""
    busy = of("operations", "workload", "night", hours=500)
    asked = {
        "diurnal": {"peak_to_mean": 2, "night_share_of_peak_frac": 0.5, "night": "20:00-06:00"}
    }
    assert (
        checks()["capacity"](toy_design(catalog, brief=work("chat", **asked), change=busy), catalog)
        == []
    )
    assert checks()["capacity"](toy_design(catalog, change=busy), catalog) != []


def test_validation_prints_a_line_a_check():
    text = str(Validation({"power": (), "money": ("too dear",)}))
    assert text == "power: kept\nmoney: 1 not kept\n  too dear"


def test_promise_is_one_sentence():
    assert all(sentence.endswith(".") for sentence in sentences().values())


def test_checks_never_read_the_model():
    for path in Path(room.__file__).parent.glob("*.py"):
        names = {
            name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for name in [getattr(node, "module", None) or "", *(a.name for a in node.names)]
        }
        assert not any(n.startswith(("designlib.milp", "designlib.problem")) for n in names), (
            path.name
        )


def test_balance_of_the_model_is_no_evidence(catalog):
    boast = {
        "layer": "compute",
        "resource": "servers",
        "unit": "servers",
        "place": "hall",
        "period_month": 6,
    }
    boast |= {
        "slice": "",
        "case": "normal",
        "supply": 1e9,
        "draw": 1,
        "slack": 1e9,
        "utilisation": 0,
    }
    change = of("bill_of_materials", "line_id", "L2", count=1)

    def both(tables):
        change(tables)
        tables["balance"].append(boast | {"growth_factor": 1e9})

    assert checks()["capacity"](toy_design(catalog, change=both), catalog)


def test_what_was_there_already_serves_until_it_retires(catalog):
    """Three servers are held; two are bought: with a third that was there they suffice."""
    lacking = toy_design(catalog, **bought("L2", count=2))
    assert checks()["capacity"](lacking, catalog)

    def with_one(retire, *counts):
        how = there(*counts, retire=retire)

        def change(tables):
            bought("L2", count=2)["change"](tables)
            how["change"](tables)

        return toy_design(catalog, brief=how["brief"], change=change)

    for_good, leaves = with_one(None, 1, 1), with_one(12, 1, 0)
    assert not checks()["existing"](for_good, catalog)
    assert not checks()["capacity"](for_good, catalog)
    assert all("month 12" in s for s in checks()["capacity"](leaves, catalog))
    assert checks()["capacity"](leaves, catalog)
