"""Faults: one line each, whatever the input holds, and an error that can travel."""

import copy

from designlib.faults import Fault, FaultError, nearest, one_line, quoted


def test_fault_is_one_line_of_four_parts():
    assert str(Fault("a.yaml", 3, "specs.tdp_w", "expected")) == "a.yaml:3: specs.tdp_w: expected"
    assert str(Fault("<brief>", None, "name", "expected")) == "<brief>: name: expected"


def test_fault_stays_on_one_line():
    fault = Fault("a\nb.yaml", 1, "x\ty", "two\r\nlines \x1b[31m and a \u2028 separator")
    assert str(fault).isprintable()
    assert "\\n" in str(fault)


def test_error_says_every_fault_and_can_be_copied():
    faults = (Fault("a", 1, "x", "one"), Fault("b", 2, "y", "two"))
    error = FaultError(faults)
    assert str(error).splitlines() == ["a:1: x: one", "b:2: y: two"]
    assert copy.deepcopy(error).faults == faults


def test_nearest_forgives_case_and_spelling_only():
    assert nearest("h100", ["H100", "B200"]) == "; did you mean 'H100'?"
    assert nearest("qqq", ["H100"]) == ""
    assert nearest("x", []) == ""


def test_long_value_is_cut():
    assert len(quoted("x" * 1000)) == 60
    assert one_line("plain ☃") == "plain ☃"
