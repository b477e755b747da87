"""Switch choice: a switch that a like one beats in everything is dropped by name."""

from typing import Any

from designlib.problem.switch_choice import worth_a_look
from tests.problem.made import CATALOG, context


def changed(part: Any, part_id: str, **specs: float) -> Any:
    """Return a copy of a part with other figures."""
    quantities = {
        name: getattr(part.specs, name).model_copy(update={"value": value})
        for name, value in specs.items()
    }
    new = part.specs.model_copy(update=quantities)
    return part.model_copy(update={"id": part_id, "specs": new})


def test_only_what_wins_somewhere_is_kept() -> None:
    ctx = context("pretraining", prices=[{"item": "nvidia-qm9700", "value": 30000}])
    base = CATALOG.switches["nvidia-qm9700"]
    price = {"nvidia-qm9700": 30000.0, "thirsty": 30000.0, "cheap": 20000.0, "wide": 40000.0}
    ctx.price = lambda item, quantity="purchase": price[item]  # type: ignore[method-assign]
    thirsty = changed(base, "thirsty", power_max_kw=2.5)
    cheap = changed(base, "cheap", power_max_kw=2.5)
    wide = changed(base, "wide", radix_ports=128)
    kept = worth_a_look(ctx, [thirsty, base, cheap, wide])
    assert [s.id for s in kept] == ["nvidia-qm9700", "cheap", "wide"]
    (drop,) = ctx.dropped
    assert drop.part_id == "thirsty"


def test_what_is_not_on_sale_is_not_built() -> None:
    ctx = context("pretraining")
    old = CATALOG.switches["nvidia-qm9700"].model_copy(update={"status": "end-of-sale"})
    assert worth_a_look(ctx, [old]) == []
    assert "end of sale" in ctx.dropped[0].reason
