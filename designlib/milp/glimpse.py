"""Glimpse: what a large brief is short of, before all of it is looked at."""

from __future__ import annotations

from pyomo.common.errors import InfeasibleConstraintException

from designlib.milp.elastic import Elastic
from designlib.milp.engine import Settings
from designlib.problem.one_date import last_date
from designlib.problem.tables import Problem


def short_of(problem: Problem, settings: Settings) -> tuple[str, ...]:
    """Return the limits of which the relaxation of the last date alone has too little, in words.

    Where there are any, nothing fits; where there are none, it is open whether something does. What
    they come to over all dates is found by the whole problem.
    """
    try:
        elastic = Elastic(last_date(problem), settings, implied=False)
    except InfeasibleConstraintException:  # a row without variables that cannot hold
        return ()
    relief = elastic.relaxed_relief(elastic.limits)
    if relief is None or not relief.is_proof:
        return ()
    return tuple(elastic.names[n].words for n in relief.amounts)
