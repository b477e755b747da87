"""Brief schema: the blocks of a brief, and which of its workloads are language models."""

import pytest
from pydantic import ValidationError

from designlib.catalog import shipped_folder
from designlib.schema.brief import BriefFields
from designlib.yamlfile import read_yaml

BRIEFS = shipped_folder() / "briefs"


def fields_of(name):
    return BriefFields.model_validate(read_yaml(BRIEFS / f"{name}.yaml").data)


def test_language_models_have_their_paths():
    paths = [path for path, _ in fields_of("saas").shaped_workloads()]
    assert paths == [("workloads", 0, "tiers", n) for n in range(3)]
    assert [path for path, _ in fields_of("healthcare").shaped_workloads()] == [
        ("workloads", 0),
        ("workloads", 1),
    ]


def test_services_are_those_with_promises():
    assert [s.id for s in fields_of("healthcare").services()] == ["C1", "C2"]
    assert fields_of("research").services() == ()


def test_expected_results_are_no_part_of_a_brief():
    data = read_yaml(BRIEFS / "research.yaml").data
    with pytest.raises(ValidationError):
        BriefFields.model_validate({**data, "expect": {}})
