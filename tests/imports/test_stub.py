"""Stub: a text that reads back as what went in, with remarks for what is missing."""

from designlib.imports.stub import Figure, missing, part_text, slug
from designlib.schema.plant_parts import FAMILIES
from designlib.yamlfile import read_yaml


def test_text_reads_back_whatever_the_words(tmp_path):
    top = {"name": 'a: "b" # {c}', "vendor": "no", "status": "shipping", "odd": "é\n- x"}
    text = part_text(FAMILIES["gpus"], top, {"title": "yes", "accessed": "2026-01-01"}, {})
    path = tmp_path / "x.yaml"
    path.write_text(text.replace("specs:\n", "specs: {}\n").replace("  # ", "# "), encoding="utf-8")
    data = read_yaml(path).data
    assert {key: data[key] for key in top} == top
    assert data["sources"] == {"import": {"title": "yes", "accessed": "2026-01-01"}}


def test_figures_keep_their_value(tmp_path):
    text = part_text(FAMILIES["gpus"], {}, {}, {"tdp_w": Figure(1e12, "x"), "hbm_gb": Figure(0.1)})
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    specs = read_yaml(path).data["specs"]
    assert specs["tdp_w"] == {"value": 10**12, "source": "import", "note": "x"}
    assert specs["hbm_gb"]["value"] == 0.1


def test_missing_is_what_the_schema_requires():
    lacking = missing(FAMILIES["gpus"], {"name": "x"}, {"tdp_w": Figure(1)})
    assert {"vendor", "status", "family", "specs.hbm_gb"} <= set(lacking)
    assert not {"id", "name", "sources", "specs", "specs.tdp_w", "specs.fp4_dense_tflops"} & set(
        lacking
    )


def test_slug_is_an_id_or_empty():
    assert slug(" NVIDIA H100 (SXM5) ") == "nvidia-h100-sxm5"
    assert slug("é !") == ""
