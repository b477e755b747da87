"""Workloads: what each kind of work says about itself; the ``kind`` decides which fields it has."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from designlib.schema.base import (
    Amount,
    BriefId,
    Closed,
    Flag,
    Found,
    Frac,
    Name,
    PartId,
    Positive,
    Some,
    Window,
    absent,
    assumed,
    refuse,
)

Class = Literal["training", "fine-tuning", "inference"]
Precision = Literal["bf16", "fp16", "fp8", "fp4"]
TrainingPrecision = Literal["bf16", "fp8"]
Bits = Literal[4, 8, 16]

_AS_NOW = {"reason": "no growth is promised unless the brief says so"}


class AnyWorkload(Closed):
    """What every workload says."""

    workload_class: ClassVar[Class]

    id: BriefId
    name: Name | None = absent("Name for readers.")
    growth_factor_24_months: Positive = assumed(
        1.0, "Demand at month 24 over demand at the start.", **_AS_NOW
    )
    growth_shape: Literal["geometric", "linear"] = assumed(
        "geometric",
        "How demand grows between its two ends.",
        reason="a constant rate a month",
    )
    data_class: Name | None = absent("Class of the data, such as PHI; 'none' for public data.")
    phase: BriefId | None = absent("Phase that the workload belongs to.")
    priority: Name | None = absent("Scheduling priority, such as fair_share.")
    team: Name | None = absent("Team that is charged for it; all teams without it.")


class Shaped(AnyWorkload):
    """A workload of a language model: its id in the catalog, or its shape."""

    llm: PartId | None = absent("Id of the language model in the catalog; fills the shape.")
    params_count: Positive | None = absent("Parameters in total.")
    active_params_count: Positive | None = absent("Parameters used for one token.")
    layers_count: Some | None = absent("Layers.")
    hidden_count: Some | None = absent("Width of the residual stream.")
    heads_count: Some | None = absent("Attention heads.")
    kv_heads_count: Some | None = absent("Key-value heads.")
    head_dim: Some | None = absent("Width of one head.")
    ffn_count: Some | None = absent("Width of the feed-forward layer.")
    vocab_count: Some | None = absent("Words of the vocabulary.")
    experts_count: Some | None = absent("Routed experts of a layer.")
    top_k_count: Some | None = absent("Experts used for one token.")
    kv_latent: Some | None = absent("Latent width of the key-value cache.")
    kv_rope: Some | None = absent("Positional width of the key-value cache.")
    window_tokens: Some | None = absent("Tokens that a layer with a sliding window sees.")
    window_layers_count: Some | None = absent("Layers with a sliding window.")

    @model_validator(mode="after")
    def _shape(self) -> Self:
        found: list[Found] = []
        if self.llm is None and self.params_count is None:
            found.append((("params_count",), "required field is missing; give params_count or llm"))
        active, total = self.active_params_count, self.params_count
        if active is not None and total is not None and active > total:
            found.append((("active_params_count",), f"expected at most params_count = {total:g}"))
        if (self.experts_count is None) != (self.top_k_count is None):
            name = "top_k_count" if self.top_k_count is None else "experts_count"
            found.append(((name,), "experts_count and top_k_count come together"))
        elif self.top_k_count and self.experts_count and self.top_k_count > self.experts_count:
            found.append(
                (("top_k_count",), f"expected at most experts_count = {self.experts_count}")
            )
        if self.heads_count and self.kv_heads_count and self.heads_count % self.kv_heads_count:
            found.append(
                (("kv_heads_count",), f"expected a divisor of heads_count = {self.heads_count}")
            )
        refuse(found)
        return self


class Trained(Shaped):
    """What training and fine-tuning have in common."""

    max_gpus_count: Some | None = absent("Most GPUs that one run may use.")
    mfu_frac: Annotated[Positive, Field(le=1)] | None = absent(
        "Model FLOP utilization that the customer states; without it ours is used."
    )
    precision: TrainingPrecision = assumed(
        "bf16",
        "Precision of the matrix products.",
        reason="the precision that every GPU of the catalog trains in without a recipe of its own",
    )
    sequence_tokens: Some = assumed(
        4096,
        "Tokens of one sequence.",
        reason="common context of pre-training and tuning runs",
        source="assumption",
    )
    global_batch_tokens: Positive | None = absent("Tokens of one optimizer step.")


class Training(Trained):
    """Pre-training: a number of tokens by a deadline."""

    workload_class: ClassVar[Class] = "training"
    kind: Literal["training"]
    tokens_count: Positive
    deadline_days: Positive
    runs_per_year: Positive = assumed(
        1.0,
        "Runs a year.",
        reason="one run that has to be done, unless the brief says more",
    )


class FineTuning(Trained):
    """Fine-tuning: many short runs, each within its hours."""

    workload_class: ClassVar[Class] = "fine-tuning"
    kind: Literal["fine-tuning"]
    mode: Literal["full", "lora"]
    tokens_per_run_count: Positive
    runs_per_month_count: Positive
    max_hours: Positive
    concurrency_count: Some = assumed(
        1,
        "Runs at the same time.",
        reason="runs can wait for each other",
    )


class DedicatedTraining(AnyWorkload):
    """Training that holds its GPUs all the time."""

    workload_class: ClassVar[Class] = "training"
    kind: Literal["dedicated-training"]
    gpus_count: Some
    read_gb_s_per_gpu: Amount = assumed(0.0, "What each GPU reads.", reason="no reading is stated")
    dataset_tb: Amount = assumed(0.0, "Size of the data set.", reason="no data set is stated")


class Diurnal(Closed):
    """The shape of a day."""

    peak_to_mean: Annotated[Positive, Field(ge=1)] = assumed(
        1.0,
        "Peak rate over mean rate.",
        reason="a flat day is the safe case",
    )
    night_share_of_peak_frac: Frac = assumed(
        1.0,
        "Night rate over peak rate.",
        reason="a flat day is the safe case",
    )
    night: Window = assumed(
        "20:00-06:00", "Hours of the night.", reason="outside office hours", source="assumption"
    )


class CacheBits(Closed):
    """Precision of weights and of the key-value cache."""

    weight_bits: Bits = assumed(
        16,
        "Bits of a weight.",
        reason="published weights, no loss of quality",
    )
    kv_bits: Bits = assumed(16, "Bits of a key or value.", reason="no loss of quality")
    fp4_allowed: Flag = assumed(
        False,
        "May weights be cut to 4 bits?",
        reason="quality must be shown first",
    )


class Draft(Closed):
    """A small language model that proposes tokens; one step of the large one checks them."""

    params_count: Positive
    accepted_frac: Annotated[Frac, Field(lt=1)]
    tokens_count: Some = assumed(
        4, "Tokens proposed for each step.", reason="common in engines", source="assumption"
    )


class Answers(Shaped, CacheBits):
    """What a request to a language model is and what it is promised."""

    prompt_tokens: Positive
    output_tokens: Positive
    prefix_hit_frac: Frac = assumed(
        0.0,
        "Share of prompt tokens found in the cache.",
        reason="no reuse is the safe case",
    )
    ttft_p95_s: Positive
    tpot_p95_s: Positive
    availability_frac: Annotated[Positive, Field(lt=1)] = assumed(
        0.999,
        "Share of time that the promise holds.",
        reason="three nines, common for internal services",
        source="assumption",
    )
    ab_reserve_frac: Frac = assumed(
        0.0,
        "Capacity kept for comparing versions.",
        reason="none is stated",
    )
    draft: Draft | None = absent("Draft model of speculative decoding; none is tried without it.")
    disaggregation_allowed: Flag | None = absent(
        "May prompts and answers run on replicas apart? Not tried without it."
    )
    quality: Frac | None = absent("Measured quality of the answers.")
    quality_floor: Frac | None = absent("Quality that is promised.")

    @model_validator(mode="after")
    def _quality(self) -> Self:
        if (
            self.quality is not None
            and self.quality_floor is not None
            and self.quality < self.quality_floor
        ):
            refuse([(("quality",), f"expected at least quality_floor = {self.quality_floor:g}")])
        return self


class Inference(Answers):
    """A service of a language model: a peak rate within two latency promises."""

    workload_class: ClassVar[Class] = "inference"
    kind: Literal["inference"]
    peak_requests_s: Positive
    diurnal: Diurnal = Field(default_factory=Diurnal)
    forecast_sd_frac: Frac | None = absent("Standard deviation of the demand forecast at month 24.")
