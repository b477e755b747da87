"""YAML text: every reader reads what was meant."""

import pytest
from ruamel.yaml import YAML

from designlib.yamlfile_text import yaml_text


@pytest.mark.parametrize("version", [(1, 1), (1, 2)])
@pytest.mark.parametrize(
    "value",
    [
        "no", "1e6", "12:30", "", " ", "# x", "a: b", "- a", "---", "...", "&a", "*a", "!x", "%Y",
        "2026-01-01", "null", "~", '"', "\\", "☃", {"a": []}, {"a": {}},
        [[1, [2]], {"x": {"y": 3}}], [{"a": 1, "b": [{"c": None}]}], True, 1.5, None,
    ],
)  # fmt: skip
def test_value_is_read_back(value, version):
    reader = YAML(typ="safe", pure=True)
    reader.version = version
    assert reader.load(yaml_text([{"v": value}])) == {"v": value}


def test_documents_and_head():
    text = yaml_text([{"a": 1}, {"b": 2}], "one\n---\ntwo")
    assert list(YAML(typ="safe").load_all(text)) == [{"a": 1}, {"b": 2}]
    assert text.startswith("# one\\n---\\ntwo\n---\n")
