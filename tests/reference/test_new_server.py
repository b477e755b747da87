"""New server: two files, a GPU and the server that holds it, are enough to be offered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.problem.make import make_problem
from tests.toy_catalog import GPU, SERVER, SERVER_SPECS, part, write

TOP = "gpu: tomorrow-gpu\ncooling: air\ncompute_technologies: [infiniband, ethernet]\n"
PRICE = """prices:
  - {quantity: purchase, value: 250000, currency_year: 2026, date: 2026-11-21, source: ds}
"""
NEW = {
    "gpus/tomorrow-gpu.yaml": GPU.replace("T100", "Tomorrow")
    .replace("{value: 100,", "{value: 1000,")
    .replace("{value: 200,", "{value: 2000,")
    .replace("hbm_bandwidth_gb_s: {value: 1000,", "hbm_bandwidth_gb_s: {value: 4000,")
    .replace("hbm_gb: {value: 80,", "hbm_gb: {value: 200,"),
    "servers/tomorrow-server.yaml": part(TOP, **{**SERVER_SPECS, "ram_gb": 2048}) + PRICE,
}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the shipped catalog."""
    return Path(shutil.copytree(shipped_folder(), tmp_path / "catalogs"))


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_two_new_files_make_a_candidate(copied: Path) -> None:
    assert SERVER.startswith("name:")
    before = files(copied)
    write(copied, NEW)
    assert {n for n, text in files(copied).items() if before.get(n) != text} == set(NEW)
    brief = Brief.load(shipped_folder() / "briefs" / "enterprise.yaml")
    problem, ctx = make_problem(brief, Catalog.load(shipped=copied))
    assert "tomorrow-server" in problem.kinds
    assert any(problem.pools[c.pool].kind == "tomorrow-server" for c in problem.candidates.values())
    assert not [d for d in ctx.dropped if d.candidate == "tomorrow-server"]
    old, _ = make_problem(brief, Catalog.load())
    assert "tomorrow-server" not in old.kinds
