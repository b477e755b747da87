"""Strategies: small briefs of every kind of work, and small catalogs cut from the shipped one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from designlib.catalog import Catalog

SITES = ("hall", "annex", "far")
REGIONS = ("US", "EU")
FAMILIES_CUT = {"storage": 3, "cooling": 6, "power": 10, "software": 20, "cloud": 3}
"""Family -> parts that are kept at least when a catalog is cut."""


def sparse(
    draw: Any, fields: Mapping[str, st.SearchStrategy[Any]], chance: int = 3
) -> dict[str, Any]:
    """Return some of the fields, each one time in ``chance``."""
    return {
        name: draw(one) for name, one in fields.items() if draw(st.integers(1, chance)) == chance
    }


def number(low: float, high: float) -> st.SearchStrategy[float]:
    """Return numbers of two or three digits, the ends more often than not among them."""
    span = st.floats(low, high, allow_nan=False).map(lambda x: float(f"{x:.3g}"))
    return st.one_of(span, st.sampled_from([low, high])).filter(lambda x: low <= x <= high)


def choice(*values: Any) -> st.SearchStrategy[Any]:
    """Return one of the values."""
    return st.sampled_from(values)


def steps(name: str, values: st.SearchStrategy[Any], end: int) -> st.SearchStrategy[Any]:
    """Return a number, or one that changes at rising months."""
    months = st.lists(st.integers(0, end), min_size=1, max_size=3, unique=True).map(sorted)
    listed = months.flatmap(
        lambda ms: st.tuples(*[values for _ in ms]).map(
            lambda vs: [{"month": m, name: v} for m, v in zip(ms, vs, strict=True)]
        )
    )
    return st.one_of(values, listed)


@st.composite
def sites(draw: Any, name: str, end: int) -> dict[str, Any]:
    """Return one hall."""
    door = st.fixed_dictionaries(
        {"rack_limit_kw": number(20, 60)}, optional={"lead_weeks": number(0, 40)}
    )
    loop = st.fixed_dictionaries(
        {"available": st.booleans()},
        optional={"rack_limit_kw": number(40, 150), "max_kw": number(50, 2000)},
    )
    redundant = choice("N", "N+1", "2N")
    more = {
        "kind": choice("owned_hall", "colo", "colo_build_to_suit"),
        "region": choice(*REGIONS),
        "it_power_kw": steps("kw", number(0, 900), end),
        "utility_mw": steps("mw", number(0, 3), end),
        "rack_positions_count": st.integers(0, 60),
        "rack_air_kw": number(3, 60),
        "rack_feed_kw": number(5, 150),
        "rear_door": door,
        "direct_to_chip": loop,
        "space_per_kw_month": number(0, 250),
        "floor_limit_kg_per_m2": number(400, 3000),
        "wue_l_per_kwh": number(0, 3),
        "redundancy": st.fixed_dictionaries(
            {},
            optional={
                "power": redundant,
                "cooling": redundant,
                "ups": choice("everything", "storage_and_management", "none"),
            },
        ),
        "power_chain": st.fixed_dictionaries(
            {"owner": choice("hall", "colo", "customer"), "exists": st.booleans()}
        ),
        "room_air": st.fixed_dictionaries({"exists": st.booleans()}),
    }
    pue = draw(st.one_of(number(1, 2), st.fixed_dictionaries({"air": number(1, 2)})))
    base = {"id": name, "pue": pue, "electricity_per_kwh": draw(number(0, 0.5))}
    return base | {"rack_air_kw": 25} | sparse(draw, more, 4)


def _model(draw: Any, llms: list[str]) -> dict[str, Any]:
    if draw(st.integers(1, 4)) == 4:
        return {"llm": draw(choice(*llms))}
    size = draw(choice(1e9, 7e9, 13e9, 70e9, 120e9))
    found = {"params_count": size}
    if draw(st.integers(1, 4)) == 4:
        found["active_params_count"] = draw(choice(size, size / 4))
    if draw(st.integers(1, 4)) == 4:
        found |= {"layers_count": 32, "kv_heads_count": 8, "head_dim": 128}
    return found


def _training(draw: Any) -> dict[str, Any]:
    return sparse(
        draw,
        {
            "max_gpus_count": st.integers(1, 64),
            "mfu_frac": number(0.05, 0.7),
            "precision": choice("bf16", "fp8"),
            "sequence_tokens": choice(512, 2048, 8192, 131072),
            "global_batch_tokens": choice(1e5, 4e6),
        },
        4,
    )


def _answers(draw: Any) -> dict[str, Any]:
    found = {
        "prompt_tokens": draw(choice(1, 100, 2000, 30000)),
        "output_tokens": draw(choice(1, 50, 500)),
        "ttft_p95_s": draw(number(0.05, 10)),
        "tpot_p95_s": draw(number(0.005, 0.3)),
    }
    more = {
        "weight_bits": choice(4, 8, 16),
        "kv_bits": choice(8, 16),
        "fp4_allowed": st.booleans(),
        "prefix_hit_frac": number(0, 1),
        "availability_frac": number(0.5, 0.99999),
        "ab_reserve_frac": number(0, 1),
    }
    return found | sparse(draw, more)


def _day(draw: Any) -> dict[str, Any]:
    return {
        "peak_to_mean": draw(number(1, 5)),
        "night_share_of_peak_frac": draw(number(0, 1)),
        "night": draw(choice("20:00-06:00", "00:00-24:00", "08:00-09:00")),
    }


@st.composite
def workloads(draw: Any, name: str, llms: list[str], phases: list[str]) -> dict[str, Any]:
    """Return one piece of work of any kind."""
    kind = draw(choice(*KINDS))
    found = {"id": name, "kind": kind, **KINDS[kind](draw, name, llms)}
    more: dict[str, Any] = {
        "growth_factor_24_months": number(0.3, 6),
        "growth_shape": choice("geometric", "linear"),
        "data_class": choice("none", "PHI", "client"),
        "priority": choice("fair_share", "low"),
        "team": choice("red", "blue"),
    }
    if phases:
        more["phase"] = choice(*phases)
    return found | sparse(draw, more)


def _pretraining(draw: Any, _: str, llms: list[str]) -> dict[str, Any]:
    asked = {"tokens_count": draw(choice(1e9, 2e10)), "deadline_days": draw(number(2, 300))}
    return {
        **_model(draw, llms),
        **asked,
        **_training(draw),
        **sparse(draw, {"runs_per_year": number(0.5, 12)}),
    }


def _tuning(draw: Any, _: str, llms: list[str]) -> dict[str, Any]:
    asked = {
        "mode": draw(choice("full", "lora")),
        "tokens_per_run_count": draw(choice(1e6, 5e8)),
        "runs_per_month_count": draw(number(0.1, 300)),
        "max_hours": draw(number(0.5, 100)),
    }
    more = sparse(draw, {"concurrency_count": st.integers(1, 4)})
    return {**_model(draw, llms), **asked, **more, **_training(draw)}


def _dedicated(draw: Any, _: str, __: list[str]) -> dict[str, Any]:
    more = {"read_gb_s_per_gpu": number(0, 3), "dataset_tb": number(0, 400)}
    return {"gpus_count": draw(st.integers(1, 48)), **sparse(draw, more)}


def _queue(draw: Any, _: str, __: list[str]) -> dict[str, Any]:
    sizes = draw(choice({1: 1.0}, {1: 0.7, 4: 0.2, 16: 0.1}, {8: 0.5, 24: 0.5}))
    return {
        "gpus_per_job": sizes,
        "jobs_per_day": draw(number(0.5, 400)),
        "mean_hours": draw(number(0.1, 48)),
        "queue_wait_p90_hours": draw(number(0.05, 24)),
    }


def _service(draw: Any, _: str, llms: list[str]) -> dict[str, Any]:
    found = {**_model(draw, llms), **_answers(draw), "peak_requests_s": draw(number(0.01, 40))}
    if draw(st.booleans()):
        found["diurnal"] = _day(draw)
    return found | sparse(draw, {"forecast_sd_frac": number(0, 1)}, 4)


def _tiers(draw: Any, name: str, llms: list[str]) -> dict[str, Any]:
    shares = draw(choice((1.0,), (0.7, 0.3), (0.5, 0.5, 0.0), (0.6, 0.3, 0.1)))
    tiers = [
        {"id": f"{name}-{n}", "share_frac": s, **_model(draw, llms), **_answers(draw)}
        | {"quality": 0.9, "quality_floor": draw(choice(0.5, 0.9))}
        for n, s in enumerate(shares)
    ]
    return {"peak_requests_s": draw(number(0.1, 30)), "diurnal": _day(draw), "tiers": tiers}


def _batch(draw: Any, _: str, llms: list[str]) -> dict[str, Any]:
    found = {
        **_model(draw, llms),
        "items_per_month_count": draw(choice(1, 1e4, 5e6)),
        "prompt_tokens": draw(choice(1, 800)),
        "output_tokens": draw(choice(1, 100)),
    }
    return found | sparse(draw, {"window": choice("20:00-06:00", "09:00-10:00", "00:00-24:00")}, 2)


def _images(draw: Any, _: str, __: list[str]) -> dict[str, Any]:
    return {
        "studies_per_day": draw(number(1, 9000)),
        "busy_hours": draw(number(0.5, 24)),
        "peak_factor": draw(number(1, 5)),
        "mb_per_study": draw(number(0.1, 500)),
        "gpu_seconds_per_study": draw(number(0.1, 60)),
        "wait_p99_s": draw(number(1, 100)),
    }


def _cpu(draw: Any, _: str, __: list[str]) -> dict[str, Any]:
    more = sparse(draw, {"core_seconds_per_request": number(0.001, 1)})
    return {
        "peak_requests_s": draw(number(0.1, 500)),
        "latency_p99_s": draw(number(0.01, 2)),
        **more,
    }


def _share(draw: Any, _: str, __: list[str]) -> dict[str, Any]:
    more = {"elastic": st.booleans(), "gpus_min_count": st.integers(1, 8)}
    return {"fleet_share_frac": draw(number(0, 1)), **sparse(draw, more, 2)}


KINDS = {
    "training": _pretraining,
    "fine-tuning": _tuning,
    "dedicated-training": _dedicated,
    "job-queue": _queue,
    "inference": _service,
    "tiered-inference": _tiers,
    "batch-inference": _batch,
    "image-inference": _images,
    "cpu-inference": _cpu,
    "fleet-share": _share,
}


def _site_policy(draw: Any, names: list[str]) -> dict[str, Any]:
    found = sparse(
        draw,
        {
            "mode": choice("active_active", "active_passive", "independent"),
            "survive_loss_of_count": st.integers(0, len(names) - 1),
            "surviving_load_frac": number(0, 1),
            "intra_site": choice("N", "N+1", "2N"),
            "wan_carriers_count": st.integers(0, 3),
        },
        2,
    )
    if draw(st.integers(1, 3)) == 3:
        shares = {1: [1.0], 2: [0.75, 0.25], 3: [0.5, 0.5, 0.0]}[len(names)]
        found["split"] = dict(zip(names, shares, strict=True))
    return found


def _compliance(draw: Any, work: list[str]) -> dict[str, Any]:
    audit = st.fixed_dictionaries(
        {
            "workloads": st.lists(choice(*work), max_size=2, unique=True),
            "bytes_per_request": number(1, 1e6),
            "retention_years": number(0.1, 10),
        },
        optional={"immutable": st.booleans()},
    )
    encrypt = st.fixed_dictionaries(
        {},
        optional={
            "at_rest": st.booleans(),
            "in_transit": st.booleans(),
            "in_use": st.dictionaries(choice(*work), st.booleans(), max_size=2),
        },
    )
    names = st.lists(choice("HIPAA", "SOC2", "FINANCE"), min_size=1, max_size=2, unique=True)
    more = {
        "residency": choice(*REGIONS),
        "single_tenant": st.booleans(),
        "encrypt": encrypt,
        "audit": audit,
    }
    return {"profiles": draw(names), **sparse(draw, more, 2)}


def _blocks(draw: Any, span: tuple[int, int], catalog: Catalog, here: list[str]) -> dict[str, Any]:
    begin, end = span
    words = _words(catalog)
    old = [
        {"gpu": s.gpu, "gpus_per_server_count": int(s.specs.gpus_count.value)}
        for s in catalog.servers.values()
        if s.gpu
    ] or [{"gpu": "none", "gpus_per_server_count": 8}]
    block = st.fixed_dictionaries
    expansions = st.lists(st.integers(1, end), max_size=2, unique=True).map(
        lambda ms: [{"month": m, "capex_total": 1e6} for m in sorted(ms)]
    )
    technologies = st.lists(choice("infiniband", "ethernet"), min_size=1, max_size=2, unique=True)
    fields: dict[str, st.SearchStrategy[Any]] = {
        "budget": block({}, optional={"capex_total": number(1e4, 3e7), "expansions": expansions}),
        "teams": block(
            {"now_count": st.integers(2, 9)},
            optional={"guaranteed_quota_frac": number(0, 1), "chargeback": st.booleans()},
        ),
        "storage": block(
            {},
            optional={
                "hot_tb": number(0, 900),
                "object_tb": number(0, 3000),
                "home_tb": number(0, 100),
                "growth_factor_24_months": number(0.5, 4),
                "checkpoint_policy": choice("async_two_tier", "sync_young_daly", "literal"),
                "checkpoint_write_s": number(1, 600),
                "images_hot_days": number(0, 90),
            },
        ),
        "network": block(
            {},
            optional={
                "topology": choice("auto", "fat-tree", "rail-optimized", "single"),
                "tiers_count": st.integers(1, 3),
                "oversubscription": number(1, 4),
                "expansion_ready_servers_count": st.integers(0, 64),
                "compute_technologies_allowed": technologies,
                "storage_gbit_s": choice(25.0, 100.0, 400.0),
            },
        ),
        "reliability": block(
            {},
            optional={
                "gpu_hours_per_interruption": number(1000, 200000),
                "repair_days": number(0.5, 30),
                "enough_servers_probability": number(0.5, 0.9999),
                "ettr_min_frac": number(0, 1),
            },
        ),
        "versions": block(
            {"kept_count": st.integers(1, 4)},
            optional={"canary_frac": number(0, 1), "rollback_minutes": number(0.1, 60)},
        ),
        "procurement": block(
            {},
            optional={
                "lead_weeks": number(0, 60),
                "install_weeks": number(0, 12),
                "min_order_servers_count": st.integers(1, 6),
                "price_decline_frac_per_year": number(-1, 1),
                "performance_doubling_years": number(0.5, 10),
            },
        ),
        "environment": block(
            {},
            optional={
                "carbon_max_t_per_year": number(1, 1e5),
                "water_max_m3_per_year": number(1, 1e6),
                "wue_max_l_per_kwh": number(0, 3),
                "carbon_price_per_t": number(0, 300),
                "water_price_per_m3": number(0, 20),
            },
        ),
        "growth": block(
            {},
            optional={
                f"{name}_factor_24_months": number(0.5, 10)
                for name in ("traffic", "models", "data", "teams")
            },
        ),
        "cloud_burst": block(
            {"gpu": choice(*words), "peak_requests_max_frac": number(0, 1)},
            optional={"price_per_gpu_hour": number(0, 12)},
        ),
        "existing": st.lists(
            block(
                {"site": choice(*here), "servers_count": st.integers(1, 6)},
                optional={"retire_by_month": st.integers(begin, end), "book_value": number(0, 1e6)},
            ).flatmap(lambda lot: choice(*(lot | one for one in old))),
            min_size=1,
            max_size=2,
        ),
        "policies": block(
            {},
            optional={
                "batch_on_serving": st.booleans(),
                "purchases": choice("staged", "when_needed", "all_at_once"),
                "unmeasured_gpus": choice("low", "best", "refused"),
                "residual_life_months": st.integers(0, 80),
                "rear_door_allowed": st.booleans(),
                "vendor_supported_software": st.booleans(),
                "job_busy_max_frac": number(0.05, 1),
            },
        ),
    }
    return sparse(draw, fields, 4)


def _words(catalog: Catalog) -> list[str]:
    """Return the GPUs that a brief can name."""
    return sorted({s.gpu for s in catalog.servers.values() if s.gpu}) or ["none"]


@st.composite
def briefs(draw: Any, catalog: Catalog) -> dict[str, Any]:
    """Return the plain values of a small brief; nearly all of them are good ones."""
    end = draw(choice(6, 12, 24, 24))
    # Nothing stands before it can be delivered; most briefs leave the time that this takes.
    begin = draw(choice(end - 1, end - 1, end // 2, None, 0))
    here = list(SITES[: draw(choice(1, 1, 1, 2, 3))])
    count = draw(choice(0, 0, 0, 1, 2))
    months = sorted(
        draw(st.lists(st.integers(0, end), min_size=count, max_size=count, unique=True))
    )
    phases = [f"P{n}" for n in range(len(months))]
    work = [
        draw(workloads(name, sorted(catalog.llms), phases))
        for name in ("w1", "w2", "w3")[: draw(choice(1, 1, 2, 3))]
    ]
    found: dict[str, Any] = {
        "name": "Fuzz",
        "horizon_months": end,
        "tco_months": end + draw(choice(0, 1, 24)),
        "sites": [draw(sites(name, end)) for name in here],
        "workloads": work,
        **_blocks(draw, (begin or 0, end), catalog, here),
    }
    if phases:
        bounded = st.one_of(st.none(), st.integers(1, 64))
        found["phases"] = [
            {"id": p, "need_month": m} | ({"max_gpus_count": n} if (n := draw(bounded)) else {})
            for p, m in zip(phases, months, strict=True)
        ]
    if len(here) > 1:
        found["site_policy"] = _site_policy(draw, here)
    if draw(st.integers(1, 4)) == 4:
        found["compliance"] = _compliance(draw, [w["id"] for w in work])
    if draw(st.integers(1, 4)) == 4:
        rate = {"usd_per_unit": draw(number(0.01, 2)), "date": "2026-01-31"}
        found |= {"currency": "EUR", "fx": rate}
    rest = {
        "wacc_frac": number(0, 0.5),
        "fleet": st.fixed_dictionaries(
            {},
            optional={
                "server_kinds_allowed": st.lists(choice(*_words(catalog)), min_size=1, max_size=2),
                "server_kinds_max_count": st.integers(1, 3),
                "generations_max_count": st.integers(1, 3),
                "max_gpus": steps("count", st.integers(0, 128), end),
                "servers_in_fabric": steps("count", st.integers(0, 32), end),
            },
        ),
    }
    found |= sparse(draw, rest)
    if begin is not None:
        found["service_start_month"] = begin
    return _sensible(draw, found)


def _sensible(draw: Any, found: dict[str, Any]) -> dict[str, Any]:
    """Return the brief, in most cases without what refuses it before anything is worked out."""
    if draw(st.integers(1, 5)) == 5:
        return found
    if "performance_doubling_years" in (asked := found.get("procurement", {})):
        asked.pop("price_decline_frac_per_year", None)
    if (most := found.get("environment", {}).get("wue_max_l_per_kwh")) is not None:
        for site in found["sites"]:
            site["wue_l_per_kwh"] = min(most, site.get("wue_l_per_kwh", most))
    return found


@st.composite
def broken(draw: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return a brief with one value replaced by one that may be anything."""
    at: Any = values
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = draw(choice(*keys)) if keys else None
        if key is None:
            return values
        if isinstance(at[key], dict | list) and at[key] and draw(st.booleans()):
            at = at[key]
            continue
        at[key] = draw(choice(None, True, -1, 0, 0.5, 1e308, "x", "", [], {}, 10**30))
        return values


@cache
def shipped() -> Catalog:
    """Return the shipped catalog, read once."""
    return Catalog.load()


@st.composite
def catalogs(draw: Any) -> Catalog:
    """Return a catalog of a few shipped parts, with some prices and lead times moved."""
    whole = shipped()
    gpu_servers = sorted(i for i, s in whole.servers.items() if s.gpu)
    kept = set(draw(st.lists(choice(*gpu_servers), min_size=1, max_size=3, unique=True)))
    if draw(st.integers(1, 4)) == 4:  # a kind that can be owned, not bought
        kept.add(
            draw(choice(*(i for i in gpu_servers if whole.servers[i].status == "end-of-sale")))
        )
    changes: dict[str, Any] = {
        "servers": {i: s for i, s in whole.servers.items() if i in kept or s.gpu is None}
    }
    switches = whole.switches
    wide = sorted(i for i, s in switches.items() if "out-of-band" not in s.roles)
    some = set(draw(st.lists(choice(*wide), min_size=4, max_size=7, unique=True)))
    changes["switches"] = {i: s for i, s in switches.items() if i in some or i not in wide}
    for family, least in FAMILIES_CUT.items():
        if draw(st.integers(1, 6)) == 6:
            parts = getattr(whole, family)
            some = draw(st.lists(choice(*sorted(parts)), min_size=least, unique=True))
            changes[family] = {i: parts[i] for i in sorted(some)}
    if draw(st.integers(1, 3)) == 3:
        factor = draw(choice(0.0, 0.01, 3.0, 1000.0))
        item = draw(choice(*sorted(kept)))
        changes["prices"] = {
            key: row.model_copy(update=dict.fromkeys(("low", "value", "high"), row.value * factor))
            if key[0] == item
            else row
            for key, row in whole.prices.items()
        }
    return replace(whole, **{k: MappingProxyType(v) for k, v in changes.items()})
