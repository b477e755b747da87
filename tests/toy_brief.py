"""Toy brief: a useful brief in twenty lines."""

TOY_BRIEF = """\
name: Toy bank - chat and tuning
sites:
  - id: hall
    it_power_kw: 500
    rack_positions_count: 20
    pue: 1.4
    electricity_per_kwh: 0.12
budget: {capex_total: 5e6}
workloads:
  - id: chat
    kind: inference
    params_count: 70e9
    peak_requests_s: 5
    prompt_tokens: 2000
    output_tokens: 300
    ttft_p95_s: 1.0
    tpot_p95_s: 0.04
    growth_factor_24_months: 2
  - {id: tune, kind: fine-tuning, mode: lora, params_count: 8e9, tokens_per_run_count: 5e7,
     runs_per_month_count: 100, max_hours: 2}
"""
