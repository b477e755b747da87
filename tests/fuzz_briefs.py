"""Fuzz: many small briefs and catalogs, each of which must end in an answer that can be trusted.

``python -m tests.fuzz_briefs --count 10000 --seed 1`` makes them, the same ones for the same seed;
``--start 5000 --count 5000`` makes the second half of them, by itself.
Each ends in a design whose promises are all kept, in a clear refusal, in a conflict that says why
nothing fits, or, at the limit of its time, in a plain "stopped"; anything else is told, and kept as
a file with ``--keep DIR``.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count as count_from
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.faults import FaultError
from designlib.optimize import Stopped, optimize
from designlib.validate import validate
from tests.fuzz_strategies import briefs, broken, catalogs, shipped

SOLVER_S, HANG_S = 5.0, 120.0
"""Limits of one solution and of the work of a case. [s]"""
WATCH_S = 10 * HANG_S
"""Time by the clock, on a busy machine, after which the run ends and tells where it was. [s]"""
GAP = 0.02
BLOCK = 100
"""Cases that are drawn together; each block has a seed of its own, so that it can be made alone."""


@dataclass
class Tally:
    """How many cases ended how, and what went wrong in the others."""

    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


def outcome(asked: dict[str, Any], catalog: Catalog) -> tuple[str, str]:
    """Return how a case ends, and what is wrong with that end; empty where nothing is."""
    try:
        brief = Brief.from_dict(asked)
        design = optimize(brief, catalog, gap=GAP, time_limit_s=SOLVER_S)
    except FaultError as error:
        return "refused", _faults(error)
    except Infeasible as error:
        return "infeasible", _conflict(error)
    except Stopped:
        return "stopped", ""
    except Exception:
        return "traceback", traceback.format_exc(limit=-6)
    return "design", _design(design, catalog)


def _faults(error: FaultError) -> str:
    odd = [str(f) for f in error.faults if not (str(f).isprintable() and f.field and f.message)]
    return f"unclear refusal: {odd}" if odd or not error.faults else ""


def _conflict(error: Infeasible) -> str:
    if not error.conflict or not all(isinstance(s, str) and s.strip() for s in error.conflict):
        return f"no reason given: {error.conflict!r}"
    unpriced = [r for r in error.repairs if r.get("verified") and r.get("cost") is None]
    return f"verified without a cost: {unpriced}" if unpriced else ""


def _design(design: Design, catalog: Catalog) -> str:
    found = [*design.faults()]
    try:
        Design.from_dict(json.loads(json.dumps(design.to_dict(), allow_nan=False)))
        told = validate(design, catalog).findings
    except Exception:
        return traceback.format_exc(limit=-6)
    # What the customer states and we doubt is a finding on the brief, not a broken promise.
    unkept = {name: all_ for name, all_ in told.items() if name != "stated"}
    found += [f"{name}: {sentence}" for name, all_ in unkept.items() for sentence in all_]
    return "; ".join(found)


@st.composite
def cases(draw: Any) -> tuple[dict[str, Any], Catalog]:
    """Return a brief, one in ten of them with a broken value, and the catalog that answers it."""
    catalog = draw(catalogs())
    asked = draw(briefs(catalog))
    if draw(st.integers(1, 10)) == 10:
        asked = draw(broken(asked))
    return asked, catalog


def run(
    count: int,
    first: int,
    tell: Callable[[str], None],
    keep: Path | None = None,
    start: int = 0,
) -> Tally:
    """Return how a number of cases end; none may take longer than ``HANG_S``.

    Parameters
    ----------
    count : int
        Cases to make; whole blocks of them are made.
    first : int
        Seed; the same cases come from the same one.
    tell : callable
        Called with a line for each case that went wrong.
    keep : Path, optional
        Folder that takes the briefs of those.
    start : int, optional
        Cases to leave out, a multiple of ``BLOCK``.
    """
    tally = Tally()
    for block in range(start // BLOCK, -(-(start + count) // BLOCK)):
        _block(block, first, tell, keep, tally)
    return tally


def _block(
    block: int, first: int, tell: Callable[[str], None], keep: Path | None, tally: Tally
) -> None:
    numbers = count_from(block * BLOCK)

    @seed(first * 1_000_003 + block)
    @settings(
        max_examples=BLOCK,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def one(case: tuple[dict[str, Any], Catalog]) -> None:
        asked, catalog = case
        number = next(numbers)
        if keep is not None:
            _write(keep / f"running-{block}.json", asked, catalog)
        faulthandler.dump_traceback_later(WATCH_S, exit=True)
        start = time.process_time()  # a busy machine makes no case slow
        end, wrong = outcome(asked, catalog)
        took = time.process_time() - start
        faulthandler.cancel_dump_traceback_later()
        tally.ends[end] += 1
        tally.slowest_s = max(tally.slowest_s, took)
        if took > HANG_S:
            wrong = "; ".join([wrong, f"took {took:.0f} s"]).removeprefix("; ")
        if wrong:
            tally.wrong.append(wrong)
            tell(f"case {number} ({end}): {wrong}")
            if keep is not None:
                _write(keep / f"case-{number}.json", asked, catalog)
        if keep is not None and took > 4 * SOLVER_S:
            tell(f"case {number} ({end}): slow, {took:.0f} s")
            _write(keep / f"slow-{number}.json", asked, catalog)

    one()
    if keep is not None:
        (keep / f"running-{block}.json").unlink()
        tell(f"block {block}: {dict(tally.ends)}, {len(tally.wrong)} went wrong")


def _write(path: Path, asked: dict[str, Any], catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = {
        name: sorted(getattr(catalog, name))
        for name in ("servers", "switches", "storage", "cooling", "power", "software", "cloud")
    }
    prices = [
        [*key, row.value] for key, row in catalog.prices.items() if row != shipped().prices[key]
    ]
    content = {"brief": asked, "catalog": parts, "prices": prices}
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def read(path: Path) -> tuple[dict[str, Any], Catalog]:
    """Return a case that ``--keep`` wrote."""
    content = json.loads(path.read_text(encoding="utf-8"))
    whole = shipped()
    kept: dict[str, Any] = {
        name: MappingProxyType({i: getattr(whole, name)[i] for i in ids})
        for name, ids in content["catalog"].items()
    }
    moved = {
        (item, quantity): whole.prices[item, quantity].model_copy(
            update=dict.fromkeys(("low", "value", "high"), value)
        )
        for item, quantity, value in content["prices"]
    }
    kept["prices"] = MappingProxyType({**whole.prices, **moved})
    return content["brief"], replace(whole, **kept)


def main() -> None:
    """Make the cases that the command line asks for, and end with 1 if any went wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=None, metavar="DIR")
    parser.add_argument("--replay", type=Path, default=None, metavar="FILE")
    given_ = parser.parse_args()
    if given_.replay is not None:
        end, wrong = outcome(*read(given_.replay))
        print(f"{end}: {wrong or 'nothing wrong'}")
        raise SystemExit(1 if wrong else 0)
    start = time.perf_counter()
    tally = run(
        given_.count, given_.seed, lambda line: print(line, flush=True), given_.keep, given_.start
    )
    took, done = time.perf_counter() - start, sum(tally.ends.values())
    print(f"{done} cases in {took:.0f} s ({done / took:.2f} a second): {dict(tally.ends)}")
    print(f"{len(tally.wrong)} went wrong; the slowest took {tally.slowest_s:.1f} s")
    raise SystemExit(1 if tally.wrong else 0)


if __name__ == "__main__":
    main()
