"""Once: a view is worked out one time for one design, and anew for another."""

from designlib.explore._once import once
from tests.explore.halls import CATALOG, design


def test_the_last_answer_is_kept_and_another_design_is_asked_anew():
    asked = []

    @once
    def view(given, catalog):
        asked.append(given)
        return len(asked)

    air, chain = design("air"), design("chain")
    assert [view(air, CATALOG), view(air, CATALOG)] == [1, 1]
    assert [view(chain, CATALOG), view(air, CATALOG)] == [2, 3]
