"""Layouts of a service: stages where GPUs have PCIe only, a draft and parts apart where asked."""

from __future__ import annotations

import pytest

from designlib.problem.replicas import layouts
from tests.physics.samples import DENSE_8B, MIXTURE
from tests.problem.asked import brief, sized, ways
from tests.problem.made import context, pool

DRAFT = {"params_count": 1e9, "accepted_frac": 0.8, "tokens_count": 4}


def chat(**changes):
    asked = brief("enterprise")
    service = next(w for w in asked.work() if w.kind == "inference")
    return asked.with_changes({f"workloads.{service.id}.{k}": v for k, v in changes.items()})


def of_service(problem):
    return {k: c for w in problem.workloads for k, c in ways(problem, w).items() if c.replicas}


@pytest.fixture(scope="module")
def plain():
    return sized(chat())


def test_stages_are_tried_on_cards_without_links_only():
    ctx = context("enterprise")
    cards, links = (pool(ctx, server) for server in ("oem-l40s-8gpu-4u", "oem-hgx-h100-8u"))
    assert any(x.stages > 1 for x in layouts(cards, DENSE_8B))
    assert all(x.stages == 1 for x in layouts(links, DENSE_8B))
    assert all(cards.gpus % x.gpus == 0 for x in layouts(cards, DENSE_8B))


def test_many_experts_share_attention_by_requests():
    option = pool(context("enterprise"), "oem-hgx-h100-8u")
    assert [x.word for x in layouts(option, MIXTURE)] == ["TP1", "DEP2", "DEP4", "DEP8"]
    assert [x.word for x in layouts(option, DENSE_8B)] == ["TP1", "TP2", "TP4", "TP8"]


def test_nothing_is_speculated_and_nothing_split_unasked(plain):
    problem, ctx = plain
    words = [c.layout for c in of_service(problem).values()]
    assert words
    assert not [w for w in words if "draft" in w or "for prompts" in w]
    assert not [d for d in ctx.dropped if "draft" in d.candidate or "apart" in d.candidate]


def test_a_good_draft_replaces_the_plain_layout_and_says_what_that_serves(plain):
    problem, ctx = sized(chat(draft=DRAFT))
    drafted = [c for c in of_service(problem).values() if "with a draft of 1 B" in c.layout]
    reasons = [d.reason for d in ctx.dropped if "on as many GPUs" in d.reason]
    assert drafted or reasons
    assert all("requests/s" in reason for reason in reasons)
    most = {c.pool: c.gpus[-1] for c in of_service(problem).values()}
    assert most.keys() == {c.pool: c.gpus[-1] for c in of_service(plain[0]).values()}.keys()


def test_a_draft_that_is_never_right_is_dropped_with_both_rates():
    problem, ctx = sized(chat(draft={**DRAFT, "accepted_frac": 0.0}))
    assert not [c for c in of_service(problem).values() if "draft" in c.layout]
    dropped = [d for d in ctx.dropped if d.candidate.endswith("-draft")]
    assert dropped
    assert any("serves" in d.reason for d in dropped)


def test_prompts_apart_are_offered_or_dropped_with_the_number():
    problem, ctx = sized(chat(disaggregation_allowed=True))
    split = [c for c in of_service(problem).values() if "for prompts and" in c.layout]
    dropped = [d.reason for d in ctx.dropped if d.candidate.endswith("-apart")]
    assert split or dropped
    assert all("replicas" in r or "fabric" in r or "TTFT" in r for r in dropped)
