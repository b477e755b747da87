"""Samples of files that imports read: facts in the form that their publishers use."""

# In the form of netbox-community/devicetype-library (CC0-1.0), device-types/Nvidia/QM9700.yaml:
# height, weight and two supplies as there, ports cut to a few.
SWITCH = """---
manufacturer: Nvidia
model: QM9700
slug: nvidia-qm9700
u_height: 1
is_full_depth: true
airflow: rear-to-front
weight: 14.8
weight_unit: kg
console-ports:
  - name: uart
    type: rj-45
power-ports:
  - name: psu0
    type: iec-60320-c14
  - name: psu1
    type: iec-60320-c14
interfaces:
  - name: mgmt0
    type: 1000base-t
    mgmt_only: true
""" + "".join(f"  - name: P{n}\n    type: 400gbase-x-osfp\n" for n in range(62))

# As device-types/Nvidia/DGC-A100.yaml: two supplies of 1,071 W under a server that draws 6.5 kW.
SERVER = """---
manufacturer: Nvidia
model: NVIDIA DGX A100 640GB
part_number: DGXA-G640F+P2EDI36
slug: nvidia-dgx-a100-640gb
u_height: 6
is_full_depth: true
weight: 271.5
weight_unit: lb
power-ports:
  - name: Power Supply 1
    type: iec-60320-c14
    maximum_draw: 1071
    allocated_draw: 586
  - name: Power Supply 2
    type: iec-60320-c14
    maximum_draw: 1071
    allocated_draw: 586
interfaces:
  - name: mgmt0
    type: 1000base-t
    mgmt_only: true
  - {name: ib0, type: infiniband-hdr}
  - {name: ib1, type: infiniband-hdr}
  - {name: eth0, type: 100gbase-x-qsfp28}
"""

# Released widths, https://huggingface.co/meta-llama/Llama-3.1-8B (8.03 B weights).
LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "hidden_act": "silu",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "max_position_embeddings": 131072,
    "model_type": "llama",
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 8,
    "rope_scaling": {"factor": 8.0, "rope_type": "llama3"},
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "vocab_size": 128256,
}

# https://huggingface.co/deepseek-ai/DeepSeek-V3 (671 B weights, 37 B active; arXiv:2412.19437).
DEEPSEEK = {
    "_name_or_path": "deepseek-ai/DeepSeek-V3",
    "first_k_dense_replace": 3,
    "hidden_size": 7168,
    "intermediate_size": 18432,
    "kv_lora_rank": 512,
    "model_type": "deepseek_v3",
    "moe_intermediate_size": 2048,
    "n_routed_experts": 256,
    "n_shared_experts": 1,
    "num_attention_heads": 128,
    "num_experts_per_tok": 8,
    "num_hidden_layers": 61,
    "num_key_value_heads": 128,
    "q_lora_rank": 1536,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "tie_word_embeddings": False,
    "v_head_dim": 128,
    "vocab_size": 129280,
}

PRICE_LIST = (
    "SKU;Description;Unit price;Currency;Valid from\n"
    "toy-server;Server;1,250.50;USD;2026-10-01\n"
    "TOY_GPU;Accelerator;$ 900;USD;2026-10-01\n"
    "toy-sever-2;Server of another name;1;USD;2026-10-01\n"
)
