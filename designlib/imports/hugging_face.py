"""Hugging Face: the config.json of released weights becomes a language model of the catalog.

The file states the shape; the number of weights follows from it, or is stated beside it where a
model has layers of another kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from designlib.design.files import parse_json
from designlib.faults import Fault, FaultError, nearest, quoted
from designlib.imports.layer_kinds import attention_layers_count, expert_layers_count, windows
from designlib.imports.stub import Figure, part_text, slug
from designlib.imports.writing import Imported
from designlib.physics.decoder_weights import Decoder, params
from designlib.schema.checks import part_faults
from designlib.schema.errors import faults_of
from designlib.schema.plant_parts import FAMILIES
from designlib.yamlfile import read_text

# Our field -> the names that released configurations give it, the most usual first.
REQUIRED: Final = {
    "layers_count": ("num_hidden_layers", "n_layer", "num_layers"),
    "hidden_count": ("hidden_size", "n_embd", "d_model"),
    "heads_count": ("num_attention_heads", "n_head"),
    "ffn_count": ("intermediate_size", "ffn_dim", "n_inner"),
    "vocab_count": ("vocab_size",),
}
OPTIONAL: Final = {
    "kv_heads_count": ("num_key_value_heads",),
    "head_dim": ("head_dim",),
    "experts_count": ("n_routed_experts", "num_local_experts", "num_experts"),
    "top_k_count": ("num_experts_per_tok", "num_experts_per_token", "moe_top_k"),
    "expert_ffn_count": ("moe_intermediate_size", "expert_ffn_hidden_size"),
    "shared_experts_count": ("n_shared_experts", "num_shared_experts"),
    "shared_ffn_count": ("shared_expert_intermediate_size", "shared_intermediate_size"),
    "dense_ffn_count": ("intermediate_size_mlp",),
    "q_latent": ("q_lora_rank",),
    "kv_latent": ("kv_lora_rank",),
    "kv_rope": ("qk_rope_head_dim",),
    "key_dim": ("qk_nope_head_dim",),
    "value_dim": ("v_head_dim",),
}
# Layers that the count of weights does not know: state spaces, linear attention, encoders.
OTHER_LAYERS: Final = ("mamba", "ssm", "linear_", "hybrid", "recurrent", "lru", "encoder_layers")


def read_config(
    path: str | Path,
    *,
    part_id: str | None = None,
    vendor: str | None = None,
    params_count: float | None = None,
    active_params_count: float | None = None,
    today: date | None = None,
) -> Imported:
    """Return a language model from the config.json of its released weights.

    Parameters
    ----------
    path : str or Path
        The JSON file.
    part_id : str, optional
        Id of the model; else from the name that the file states, its own name, or its folder's.
    vendor : str, optional
        Who released it.
    params_count, active_params_count : float, optional
        Weights, and those that a token passes through; else computed from the shape. [1]
    today : date, optional
        Day that the file was read.

    Raises
    ------
    FaultError
        The file is no configuration of a decoder, or its shape contradicts itself.
    """
    shape, text = _Shape(path), read_text(path)
    config = parse_json(text, path)
    if not isinstance(config, dict):
        raise FaultError([shape.fault("file", f"expected a JSON object, found {quoted(config)}")])
    inner = config.get("text_config")
    if isinstance(inner, dict) and not any(n in config for n in REQUIRED["hidden_count"]):
        config = {**config, **inner}  # a model that sees states its language model apart
    numbers = shape.numbers(config)
    kind, figures = _figures(config, numbers)
    stated = {"params_count": params_count, "active_params_count": active_params_count}
    figures = _weights(shape, config, numbers, kind, stated) | figures
    told = str(config.get("_name_or_path") or "")
    own = Path(path).resolve()
    stem = own.stem if own.stem != "config" else own.parent.name
    name = slug(part_id or told.rpartition("/")[2] or stem)
    org = vendor or told.rpartition("/")[0] or "not stated"
    top = {"name": told or part_id or stem, "vendor": org, "status": "shipping", "kind": kind}
    source = {
        "title": f"{told or stem}, config.json of the released weights",
        "accessed": str(today or date.today()),
        "kind": "web",
        "confidence": "secondary",
    }
    model = FAMILIES["llms"]
    _check(path, name, top, source, figures)
    weights = {n: f for n, f in figures.items() if n.endswith("params_count")}
    notes = [f"{name}: {figure.value:,.0f}, {figure.note}" for name, figure in weights.items()]
    notes += [] if org != "not stated" else ["the vendor is not stated; say --vendor"]
    return Imported(f"llms/{name}.yaml", part_text(model, top, source, figures), tuple(notes))


class _Shape:
    """Reads whole numbers of a configuration and collects what is wrong with them."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self.faults: list[Fault] = []

    def fault(self, field: str, message: str) -> Fault:
        return Fault(self.path, None, field, message)

    def numbers(self, config: Mapping[str, Any]) -> dict[str, int]:
        """Return our fields; raise one fault for each that is missing or no whole number."""
        found = {}
        for field, names in {**REQUIRED, **OPTIONAL}.items():
            stated = [name for name in names if config.get(name) is not None]
            if stated:
                found[field] = self._whole(stated[0], config[stated[0]])
            elif field in REQUIRED and not (field == "ffn_count" and "expert_ffn_count" in found):
                hint = nearest(names[0], map(str, config))
                message = f"required field of a decoder's configuration is missing{hint}"
                self.faults.append(self.fault(names[0], message))
        if self.faults:
            raise FaultError(self.faults)
        expert = found.get("expert_ffn_count") or found.get("ffn_count", 0)
        if "shared_experts_count" not in found and found.get("shared_ffn_count") and expert:
            found["shared_experts_count"] = found["shared_ffn_count"] // expert
        if found.get("experts_count"):
            layers = expert_layers_count(config, found["layers_count"])
            found |= {"expert_ffn_count": expert, "moe_layers_count": layers}
        return found

    def _whole(self, name: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            message = f"expected a whole number >= 0, found {quoted(value)}"
            self.faults.append(self.fault(name, message))
            return 0
        return value


def _figures(config: Mapping[str, Any], n: Mapping[str, int]) -> tuple[str, dict[str, Figure]]:
    """Return the kind of model and its figures, as the catalog counts them."""
    layers, experts = n["layers_count"], n.get("experts_count", 0)
    attending = attention_layers_count(config, layers)
    hybrid, sparse = attending < layers, "moe" if experts else "dense"
    kind = "mla-moe" if n.get("kv_latent") and experts else sparse
    if hybrid:
        kind = "hybrid-moe" if experts else "hybrid"
    head = n.get("key_dim") or n.get("head_dim")
    figures = {name: Figure(n[name]) for name in ("layers_count", "hidden_count", "heads_count")}
    figures["kv_heads_count"] = Figure(n.get("kv_heads_count", n["heads_count"]))
    figures["head_dim"] = Figure(
        head or n["hidden_count"] // max(1, n["heads_count"]),
        "" if head else "hidden_size / num_attention_heads",
    )
    figures["ffn_count"] = Figure(n["ffn_count"])
    figures["vocab_count"] = Figure(n["vocab_count"])
    if experts:
        figures["ffn_count"] = Figure(n["expert_ffn_count"], "of one expert")
        names = ("experts_count", "top_k_count", "shared_experts_count")
        figures |= {name: Figure(n[name]) for name in names if n.get(name)}
        if n["moe_layers_count"] < layers:
            figures["moe_layers_count"] = Figure(n["moe_layers_count"])
            figures["dense_ffn_count"] = Figure(n.get("dense_ffn_count") or n["ffn_count"])
    figures |= {name: Figure(n[name]) for name in ("kv_latent", "kv_rope") if n.get(name)}
    if hybrid:
        figures["attention_layers_count"] = Figure(attending)
    windowed, tokens = windows(config, layers)
    if windowed:
        figures |= {"window_layers_count": Figure(windowed), "window_tokens": Figure(tokens)}
    return kind, figures


def _weights(
    shape: _Shape,
    config: Mapping[str, Any],
    n: Mapping[str, int],
    kind: str,
    stated: Mapping[str, float | None],
) -> dict[str, Figure]:
    """Return all weights and, with experts, the active ones: as stated, else from the shape."""
    needed = ["params_count"] + (["active_params_count"] if n.get("experts_count") else [])
    told = {name: Figure(count, "as stated") for name in needed if (count := stated[name])}
    if len(told) == len(needed):
        return told
    odd = sorted(k for k in map(str, config) if any(word in k.lower() for word in OTHER_LAYERS))
    if odd or "hybrid" in kind:
        message = "has layers whose weights are not counted here; say "
        message += " and ".join(f"--{name.replace('_', '-')}" for name in needed)
        raise FaultError([shape.fault((odd or ["layer_types"])[0], message)])
    head = n.get("key_dim") or n.get("head_dim") or n["hidden_count"] // max(1, n["heads_count"])
    # What a configuration leaves out has the default of the format: one embedding table.
    tied = config.get("tie_word_embeddings") is not False
    every = params(
        Decoder(
            n["layers_count"], n["hidden_count"], n["heads_count"],
            n.get("kv_heads_count", n["heads_count"]), head, n["vocab_count"],
            n.get("dense_ffn_count") or n.get("ffn_count", 0),
            tied=tied,
            experts_count=n.get("experts_count", 0), top_k_count=n.get("top_k_count", 0),
            shared_experts_count=n.get("shared_experts_count", 0),
            expert_ffn_count=n.get("expert_ffn_count", 0),
            dense_layers_count=n["layers_count"] - n.get("moe_layers_count", 0),
            q_latent=n.get("q_latent", 0), kv_latent=n.get("kv_latent", 0),
            kv_rope=n.get("kv_rope", 0), value_dim=n.get("value_dim", 0),
        )
    )  # fmt: skip
    note = (
        f"computed from the shape, without biases, {'one embedding' if tied else 'two embeddings'}"
    )
    computed = dict(zip(("params_count", "active_params_count"), every, strict=True))
    return {name: told.get(name, Figure(computed[name], note)) for name in needed}


def _check(
    path: str | Path,
    name: str,
    top: Mapping[str, Any],
    source: Mapping[str, Any],
    figures: Mapping[str, Figure],
) -> None:
    """Raise a FaultError where the model would be refused as an entry of the catalog."""
    specs = {n: {"value": figure.value, "source": "import"} for n, figure in figures.items()}
    data = {"id": name, **top, "sources": {"import": source}, "specs": specs}
    model = FAMILIES["llms"]
    try:
        part = model.model_validate(data)
    except ValidationError as error:
        raise FaultError(faults_of(error, model, data, str(path), {})) from None
    found = part_faults(part)
    if found:
        raise FaultError(Fault(str(path), None, ".".join(map(str, p)), m) for p, m in found)
