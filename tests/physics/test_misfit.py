from designlib.physics.misfit import Misfit


def test_a_misfit_reads_as_its_reason_and_keeps_its_numbers():
    found = Misfit("TPOT 62 ms > 50 ms at batch 1", "tpot", 0.062, 0.050, "s")
    assert str(found) == "TPOT 62 ms > 50 ms at batch 1"
    assert found.needed > found.available
