"""Other workloads: queues, tiered services, batches, images and shares; the table of kinds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from designlib.schema.base import (
    NOT_EMPTY,
    Flag,
    Found,
    Frac,
    KeyCount,
    Positive,
    Some,
    Window,
    absent,
    assumed,
    refuse,
)
from designlib.schema.workloads import (
    Answers,
    AnyWorkload,
    CacheBits,
    Class,
    DedicatedTraining,
    Diurnal,
    FineTuning,
    Inference,
    Precision,
    Shaped,
    Training,
)

Availability = Annotated[Positive, Field(lt=1)]


def _three_nines() -> Any:
    return assumed(
        0.999,
        "Share of time that the promise holds.",
        reason="three nines, common for internal services",
        source="assumption",
    )


class JobQueue(AnyWorkload):
    """A queue of small jobs of several sizes."""

    workload_class: ClassVar[Class] = "training"
    kind: Literal["job-queue"]
    jobs_per_day: Positive
    gpus_per_job: Annotated[dict[KeyCount, Frac], NOT_EMPTY] = Field(
        description="GPUs of a job -> share of jobs."
    )
    mean_hours: Positive
    queue_wait_p90_hours: Positive

    @model_validator(mode="after")
    def _shares(self) -> Self:
        refuse(shares_faults(("gpus_per_job",), self.gpus_per_job.values()))
        return self


class Tier(Answers):
    """One language model of a tiered service and its share of the requests."""

    share_frac: Frac


class TieredInference(AnyWorkload):
    """A service that routes each request to one of several language models."""

    workload_class: ClassVar[Class] = "inference"
    kind: Literal["tiered-inference"]
    peak_requests_s: Positive
    diurnal: Diurnal = Field(default_factory=Diurnal)
    forecast_sd_frac: Frac | None = absent("Standard deviation of the demand forecast at month 24.")
    tiers: Annotated[tuple[Tier, ...], NOT_EMPTY]

    @model_validator(mode="after")
    def _tiers(self) -> Self:
        found: list[Found] = shares_faults(("tiers",), [tier.share_frac for tier in self.tiers])
        if len(self.tiers) > 1:
            # Routing to a cheaper language model is only safe where each tier promises its quality.
            found += [
                (
                    ("tiers", index, "quality_floor"),
                    "required field is missing; a tier promises its quality",
                )
                for index, tier in enumerate(self.tiers)
                if tier.quality_floor is None
            ]
        refuse(found)
        return self

    def services(self) -> tuple[Inference, ...]:
        """Return one service for each tier that gets requests, at its share of the rate."""
        shared = {
            "growth_factor_24_months": self.growth_factor_24_months,
            "growth_shape": self.growth_shape,
            "diurnal": self.diurnal.model_dump(exclude_unset=True),
            "forecast_sd_frac": self.forecast_sd_frac,
            "kind": "inference",
        }
        names = ("data_class", "phase", "priority", "team")
        inherited = {name: getattr(self, name) for name in names}
        return tuple(
            Inference.model_validate(
                {
                    **inherited,
                    "name": f"{self.name or self.id}, tier {tier.id}",
                    **tier.model_dump(exclude_unset=True, exclude={"share_frac"}),
                    **shared,
                    "peak_requests_s": self.peak_requests_s * tier.share_frac,
                }
            )
            for tier in self.tiers
            if tier.share_frac > 0
        )


class BatchInference(Shaped, CacheBits):
    """Answers without a latency promise, in a window of the day or at any time."""

    workload_class: ClassVar[Class] = "inference"
    kind: Literal["batch-inference"]
    items_per_month_count: Positive
    prompt_tokens: Positive
    output_tokens: Positive
    window: Window | None = absent("Hours in which it may run; at any time without it.")


class ImageInference(AnyWorkload):
    """Studies of images, each a known time of one GPU, within a waiting time."""

    workload_class: ClassVar[Class] = "inference"
    kind: Literal["image-inference"]
    studies_per_day: Positive
    busy_hours: Annotated[Positive, Field(le=24)]
    peak_factor: Annotated[Positive, Field(ge=1)]
    mb_per_study: Positive
    gpu_seconds_per_study: Positive
    wait_p99_s: Positive
    precision: Precision = assumed("fp16", "Precision of the network.", reason="published weights")
    availability_frac: Availability = _three_nines()


class CpuInference(AnyWorkload):
    """A service that needs no GPU."""

    workload_class: ClassVar[Class] = "inference"
    kind: Literal["cpu-inference"]
    peak_requests_s: Positive
    latency_p99_s: Positive
    core_seconds_per_request: Positive = assumed(
        0.05,
        "Time that one processor core works on a request.",
        reason="a small model on tabular data; to be measured",
        source="assumption",
    )
    availability_frac: Availability = _three_nines()


class FleetShare(AnyWorkload):
    """Inference that gets a share of the fleet instead of a rate."""

    workload_class: ClassVar[Class] = "inference"
    kind: Literal["fleet-share"]
    fleet_share_frac: Frac
    elastic: Flag = assumed(
        False,
        "Does it give its GPUs back on demand?",
        reason="a promise holds until waived",
    )
    gpus_min_count: Some | None = absent("Fewest GPUs that it needs.")


Workload = Annotated[
    Training
    | FineTuning
    | DedicatedTraining
    | JobQueue
    | Inference
    | TieredInference
    | BatchInference
    | ImageInference
    | CpuInference
    | FleetShare,
    Field(discriminator="kind"),
]


def shares_faults(path: tuple[str | int, ...], shares: Iterable[float]) -> list[Found]:
    """Return the fault of shares that do not make a whole."""
    total = sum(shares)
    return [] if abs(total - 1) < 1e-6 else [(path, f"shares must sum to 1, they sum to {total:g}")]
