import pytest

from designlib.cabling.assembly import Assembly, Socket, cheapest, refusals
from tests.cabling.toy_parts import DAC, FIBRE, SERVER, SHELF, SINGLE, SWITCH, TWIN, piece

GOOD = Assembly(FIBRE, SINGLE, TWIN)


def test_a_fibre_between_a_single_and_a_twin_transceiver_fits():
    assert refusals(GOOD, SERVER, SWITCH, 20) == []


def test_copper_is_chosen_where_it_reaches_and_fibre_beyond():
    assert cheapest(SHELF, SERVER, SWITCH, 3).cable == DAC
    assert cheapest(SHELF, SERVER, SWITCH, 3.5) == GOOD
    assert cheapest(SHELF, SWITCH, SWITCH, 20) == Assembly(FIBRE, TWIN, TWIN)


def test_a_twin_transceiver_counts_half_for_a_link():
    assert GOOD.price_per_link == 50 + 400 + 300


SINGLEMODE = {"medium": "singlemode", "fibre_types": ["os2"]}


@pytest.mark.parametrize(
    ("assembly", "words"),
    [
        (Assembly(FIBRE, piece("far", "transceiver", 1, **SINGLEMODE), TWIN),
         "fibre: far is singlemode, fibre is multimode"),
        (Assembly(piece("smf", "fibre", 1, **SINGLEMODE), SINGLE, TWIN),
         "fibre: single is multimode, smf is singlemode"),
        (Assembly(piece("old", "fibre", 1, fibre_types=["om3"]), SINGLE, TWIN),
         "fibre: single drives om4, old is om3"),
        (Assembly(piece("upc", "fibre", 1, connector="mpo12-upc"), SINGLE, TWIN),
         "fibre: twin takes mpo12-apc, upc has mpo12-upc"),
        (Assembly(FIBRE, piece("slow", "transceiver", 1, gbit_s=200), TWIN),
         "speed: slow runs at 200 Gbit/s a link, server at 400 Gbit/s"),
        (Assembly(FIBRE, piece("finned", "transceiver", 1, cages=["osfp"]), TWIN),
         "cage: finned fits osfp, server has qsfp112"),
        (Assembly(FIBRE, SINGLE, SINGLE), "cage: single carries 1 links, a cage of switch holds 2"),
        (Assembly(FIBRE, None, TWIN), "optic: fibre needs a transceiver in server, not nothing"),
        (Assembly(FIBRE, SINGLE, DAC), "optic: fibre needs a transceiver in switch, not dac"),
        (Assembly(SINGLE), "optic: single is a transceiver, not a cable"),
        (Assembly(piece("eth", "aoc", 1, links=2, technologies=["ethernet"])),
         "technology: eth is not for infiniband, which switch speaks"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(assembly, words):
    assert words in refusals(assembly, SERVER, SWITCH, 20)


def test_a_cable_that_is_too_short_is_refused_with_both_lengths():
    assert refusals(Assembly(DAC), SERVER, SWITCH, 3.2) == ["reach: dac reaches 3 m, not 3.2 m"]


def test_ends_of_two_speeds_are_refused_whatever_joins_them():
    slow = Socket("old server", 200, 1, "infiniband")
    wrong = refusals(GOOD, slow, SWITCH, 20)
    assert "speed: old server runs at 200 Gbit/s, switch at 400 Gbit/s" in wrong


def test_a_cage_that_nobody_stated_is_not_checked():
    unknown = Socket("server", 400, 1, "infiniband")
    assert refusals(GOOD, unknown, SWITCH, 20) == []


def test_nothing_that_fits_says_what_is_wrong_with_the_nearest():
    with pytest.raises(ValueError, match=r"nothing joins server and switch over 80\.0 m: reach: "):
        cheapest(SHELF, SERVER, SWITCH, 80)
    with pytest.raises(ValueError, match="the catalog has no cable"):
        cheapest([], SERVER, SWITCH, 8)
