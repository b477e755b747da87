"""Compute checks: laws across the fields of GPUs, servers and language models.

Each check sees one part and yields (path, sentence). Where a document prints otherwise, a note of
the quantity says why, and the check is content.
"""

from __future__ import annotations

from collections.abc import Iterator

from designlib.schema.base import Found
from designlib.schema.parts import Gpu, Part, Server
from designlib.schema.plant_parts import Llm
from designlib.schema.quantity import CountQuantity, Quantity

TWICE = 2.0
"""Halving the bits of a number doubles the products of a matrix engine."""
PEAK_TOLERANCE_FRAC = 0.02
READ_ALL_S = (0.01, 0.128)
"""Seconds in which a GPU reads its whole memory, GDDR and every HBM so far; else a unit slipped."""
TDP_W = (32, 4096)
"""Cards and modules of this purpose; outside of it a unit slipped. [W]"""
SERVER_OVER_GPUS = 3.0
"""Most power of a server over that of its GPUs."""
PORTS_PER_GPU_MAX = 2
RACK_SCALE_HEIGHT_U = 30
"""A rack-scale system fills most of a rack; no rack in use is so low that this would be less."""
PARAMS_TOLERANCE_FRAC = 0.15
"""Norms, biases, tied embeddings and ungated layers that the count of a shape leaves out."""


def _spec(name: str, message: str) -> Found:
    return ("specs", name), message


def gpu_precisions(part: Gpu) -> Iterator[Found]:
    """Yield peaks that do not double with each halving of the bits: sparse ones are taken so."""
    specs = part.specs
    pairs = (
        ("fp8_dense_tflops", "bf16_dense_tflops"),
        ("int8_dense_tops", "bf16_dense_tflops"),
        ("fp4_dense_tflops", "fp8_dense_tflops"),
    )
    for name, wider in pairs:
        peak, other = getattr(specs, name), getattr(specs, wider)
        if peak is None or other is None or peak.note:
            continue
        twice = TWICE * other.value
        if abs(peak.value / twice - 1) > PEAK_TOLERANCE_FRAC:
            message = f"expected 2 x {wider} = {twice:g} within 2%, found {peak.value:g}"
            yield _spec(name, f"{message}; is it sparse? else add a note that says why")


def gpu_units(part: Gpu) -> Iterator[Found]:
    """Yield a memory speed or a power that another unit would explain."""
    specs = part.specs
    seconds = specs.hbm_gb.value / specs.hbm_bandwidth_gb_s.value
    if not READ_ALL_S[0] <= seconds <= READ_ALL_S[1]:
        message = f"hbm_gb is read once in {seconds:.3g} s, expected {READ_ALL_S[0]:g} to"
        yield _spec("hbm_bandwidth_gb_s", f"{message} {READ_ALL_S[1]:g} s; is it in [GB/s]?")
    if not TDP_W[0] <= specs.tdp_w.value <= TDP_W[1]:
        message = f"expected {TDP_W[0]} to {TDP_W[1]} W, found {specs.tdp_w.value:g}"
        yield _spec("tdp_w", f"{message}; is it in [W]?")
    if (part.scale_up == "switched") and not specs.scale_up_gb_s.value:
        yield _spec("scale_up_gb_s", "expected above 0: scale_up is switched")


def server_gpus(part: Server) -> Iterator[Found]:
    """Yield counts of GPUs, scale-up domains and ports that do not fit together."""
    specs = part.specs
    gpus, scale_up = specs.gpus_count.value, specs.scale_up_gpus_count.value
    if (part.gpu is None) != (gpus == 0):
        yield _spec("gpus_count", f"{gpus} does not agree with gpu: {part.gpu or 'null'}")
    elif gpus and (scale_up < 1 or gpus % scale_up):
        message = f"expected a divisor of gpus_count = {gpus}, found {scale_up}"
        yield _spec("scale_up_gpus_count", message)
    ports = specs.compute_ports_count
    if ports.value < gpus and not ports.note:
        message = f"expected one port per GPU ({gpus}), or a note that says why not"
        yield _spec("compute_ports_count", message)
    if gpus and ports.value > PORTS_PER_GPU_MAX * gpus:
        message = f"expected at most {PORTS_PER_GPU_MAX} ports per GPU, found {ports.value}"
        yield _spec("compute_ports_count", f"{message}; are they those of a switch?")
    if (ports.value > 0) != (specs.compute_port_gbit_s.value > 0):
        message = f"{specs.compute_port_gbit_s.value:g} does not agree with {ports.value} ports"
        yield _spec("compute_port_gbit_s", message)


def server_body(part: Server) -> Iterator[Found]:
    """Yield a cooling or a height that the kind of server denies."""
    specs = part.specs
    if (part.cooling == "air") != (specs.liquid_frac.value == 0):
        message = f"{specs.liquid_frac.value:g} does not agree with cooling: {part.cooling}"
        yield _spec("liquid_frac", message)
    trays = specs.trays_count
    if trays is not None and (not trays.value or specs.gpus_count.value % trays.value):
        message = f"expected a divisor of gpus_count = {specs.gpus_count.value}"
        yield _spec("trays_count", f"{message}: trays are alike, found {trays.value}")
    if part.rack_scale and specs.height_u.value < RACK_SCALE_HEIGHT_U:
        message = f"expected {RACK_SCALE_HEIGHT_U}U or more: rack_scale is true"
        yield _spec("height_u", f"{message}, found {specs.height_u.value:g}")


def server_feeds_gpus(part: Server, gpu: Gpu) -> Iterator[Found]:
    """Yield a power of a server that its own GPUs exceed, or that is far above theirs."""
    gpus_kw = part.specs.gpus_count.value * gpu.specs.tdp_w.value / 1000
    most = part.specs.power_max_kw
    if most.value < gpus_kw:
        message = f"expected at least gpus_count x tdp_w = {gpus_kw:g} kW, found {most.value:g}"
        yield _spec("power_max_kw", message)
    elif gpus_kw and round(most.value / gpus_kw, 6) > SERVER_OVER_GPUS and not most.note:
        message = f"expected at most {SERVER_OVER_GPUS:g} x gpus_count x tdp_w = "
        message += f"{SERVER_OVER_GPUS * gpus_kw:g} kW, or a note that says why"
        yield _spec("power_max_kw", f"{message}, found {most.value:g}")


def llm_shape(part: Llm) -> Iterator[Found]:
    """Yield a shape that its heads, experts or printed size contradict."""
    specs = part.specs
    heads, kv_heads = specs.heads_count.value, specs.kv_heads_count.value
    if kv_heads < 1 or heads % kv_heads:
        message = f"expected a divisor of heads_count = {heads}, found {kv_heads}"
        yield _spec("kv_heads_count", message)
    active = specs.active_params_count
    if active is not None and active.value > specs.params_count.value:
        yield _spec("active_params_count", "expected at most params_count")
    experts, chosen = specs.experts_count, specs.top_k_count
    if experts is not None and chosen is not None and chosen.value > experts.value:
        yield _spec("top_k_count", f"expected at most experts_count = {experts.value}")
    for name in ("moe_layers_count", "attention_layers_count", "window_layers_count"):
        some: CountQuantity | None = getattr(specs, name)
        if some is not None and some.value > specs.layers_count.value:
            yield _spec(name, f"expected at most layers_count = {specs.layers_count.value}")
    yield from needed(part, part.kind, _OF_KIND[part.kind])
    if part.kind == "dense" and not specs.params_count.note:
        yield from _dense_size(part)


_EXPERTS = ("experts_count", "top_k_count", "active_params_count")
_OF_KIND: dict[str, tuple[str, ...]] = {
    "dense": (),
    "moe": _EXPERTS,
    "mla-moe": (*_EXPERTS, "kv_latent", "kv_rope"),
    "hybrid": ("attention_layers_count",),
    "hybrid-moe": (*_EXPERTS, "attention_layers_count"),
}


def _dense_size(part: Llm) -> Iterator[Found]:
    """Yield a size that is far from the weights of a gated dense transformer of this shape."""
    specs = part.specs
    hidden, head = specs.hidden_count.value, specs.head_dim.value
    heads, kv_heads = specs.heads_count.value, specs.kv_heads_count.value
    attention = 2 * hidden * head * (heads + kv_heads)
    layer = attention + 3 * hidden * specs.ffn_count.value
    words = hidden * specs.vocab_count.value
    least = specs.layers_count.value * layer + words
    found = specs.params_count.value
    low, high = least * (1 - PARAMS_TOLERANCE_FRAC), (least + words) * (1 + PARAMS_TOLERANCE_FRAC)
    if not low <= found <= high:
        message = f"its layers and words hold {least:.3g} to {least + words:.3g} parameters"
        yield _spec("params_count", f"{message}, found {found:.3g}; add a note that says why")


def needed(part: Part, kind: str, names: tuple[str, ...]) -> Iterator[Found]:
    """Yield the fields that a kind of part needs and that are not there."""
    for name in names:
        found: Quantity | None = getattr(part.specs, name)
        if found is None:
            yield _spec(name, f"required field is missing; kind: {kind} needs it")
