"""Design: it keeps the published schema, reads back the same, and a broken one is refused."""

import copy
import json
from datetime import date

import jsonschema
import pytest

from designlib import Design
from designlib.report.exports import design_json
from tests.source import CATALOGS

PUBLISHED = json.loads((CATALOGS / "schemas" / "design.json").read_text())


def test_design_keeps_the_published_schema(design, catalog):
    files = design_json.export(design, catalog, date(2026, 1, 1))
    assert json.loads(files["design.schema.json"]) == PUBLISHED
    content = json.loads(files["design.json"])
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)
    jsonschema.Draft202012Validator(PUBLISHED).validate(content)
    assert Design.from_dict(content).to_dict() == design.to_dict()


CHANGES = {
    "status": lambda d: d.update(status="perfect"),
    "version": lambda d: d.update(schema_version=99),
    "field": lambda d: d.update(extra=1),
    "table": lambda d: d["tables"].pop("cost"),
    "column": lambda d: d["tables"]["placement"][0].pop("rack"),
    "number": lambda d: d["tables"]["balance"][0].update(supply="much"),
    "whole": lambda d: d["tables"]["placement"][0].update(u_bottom=1.5),
    "text": lambda d: d["tables"]["bill_of_materials"][0].update(site=None),
    "dates": lambda d: d.update(dates=[0.5]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_schema_and_reader_refuse_the_same(one, change):
    content = copy.deepcopy(one.to_dict())
    CHANGES[change](content)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, PUBLISHED)
    with pytest.raises(Exception, match=r"<design>"):
        Design.from_dict(content)
