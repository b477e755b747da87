"""Jobs: the rows of operations that train, and the server that each runs on."""

from __future__ import annotations

import re
from typing import Any, Final

from designlib.validate._evidence import Row, spec
from designlib.validate.review._case import Case

DEGREE: Final = re.compile(r"\b(TP|PP|DP|EP|CP)(\d+)\b")


def jobs(case: Case) -> list[Row]:
    """Return the rows of the last date that train or tune; of a job queue, none is one job."""
    kinds = ("training", "fine-tuning", "dedicated-training")
    return [r for r in case.rows() if r["gpus"] and case.work(r["workload"]).kind in kinds]


def server_of(pool: str, case: Case) -> Any:
    """Return the server of a pool, which is named after it, or None."""
    names = [i for i in case.catalog.servers if pool == i or pool.startswith(f"{i}-")]
    return case.catalog.servers[max(names, key=len)] if names else None


def domain(row: Row, case: Case) -> float:
    """Return the GPUs of the scale-up domain that a row runs on, 0 where it is unknown."""
    server = server_of(row["pool"], case)
    return 0.0 if server is None else spec(server, "scale_up_gpus_count")


def degrees(row: Row) -> dict[str, int]:
    """Return the parallel degrees that a layout states, such as ``TP4 PP6``."""
    return {name: int(n) for name, n in DEGREE.findall(str(row["layout"]))}
