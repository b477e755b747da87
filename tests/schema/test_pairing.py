"""Pairing: medium, type, plug and speed must agree before a transceiver and a fibre are a link."""

import pytest

from designlib.catalog import Catalog
from designlib.schema.pairing import fits_cage, pairing_faults, pairs

OPTICS = Catalog.load().optics
FIBRES = [part for part in OPTICS.values() if part.kind == "fibre"]
ENDS = [part for part in OPTICS.values() if part.kind == "transceiver"]


def alike(end, fibre, **changes):
    """Return a fibre that is made for a transceiver, but for what is changed."""
    specs = fibre.specs.model_copy(update={"gbit_s": end.specs.gbit_s})
    made = {
        "medium": end.medium,
        "fibre_types": end.fibre_types,
        "connector": end.connector.removeprefix("2x"),
        "technologies": end.technologies,
        "specs": specs,
    }
    return fibre.model_copy(update=made | changes)


@pytest.mark.parametrize("end", ENDS, ids=lambda part: part.id)
def test_every_transceiver_has_a_fibre(end):
    assert [fibre.id for fibre in FIBRES if pairs(end, fibre)]
    assert pairing_faults(end, alike(end, FIBRES[0])) == []


@pytest.mark.parametrize("end", ENDS, ids=lambda part: part.id)
def test_one_mark_that_differs_is_told(end):
    slow = alike(end, FIBRES[0])
    slower = slow.specs.gbit_s.model_copy(update={"value": 1.0})
    other = "multimode" if end.medium == "singlemode" else "singlemode"
    for changes, says in [
        ({"medium": other}, other),
        ({"fibre_types": ()}, "drives"),
        ({"connector": "rj45"}, "rj45"),
        ({"technologies": ()}, "no technology"),
        ({"specs": slow.specs.model_copy(update={"gbit_s": slower})}, "made for 1"),
    ]:
        (told,) = pairing_faults(end, alike(end, FIBRES[0], **changes))
        assert says in told
        assert end.id in told


def test_fibre_fits_no_cage():
    assert not any(fits_cage(fibre, "osfp") for fibre in FIBRES)
    assert any(fits_cage(end, "osfp") for end in ENDS)
