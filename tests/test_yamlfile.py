"""YAML files: YAML 1.2 values, the line of every key, and every repeated key."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from designlib.faults import FaultError
from designlib.yamlfile import dotted, line_of, read_yaml
from tests.toy_brief import TOY_BRIEF


def read(tmp_path, text):
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path)


def test_values_are_those_of_yaml_1_2(tmp_path):
    text = (
        "a: 1e6\nb: 12:30\nc: no\nd: 010\ne: 1_000\nf: 2026-11-21\ng: ~\nh: true\ni: 0x1F\nj: '1'\n"
    )
    assert read(tmp_path, text).data == {
        "a": 1e6,
        "b": "12:30",
        "c": "no",
        "d": 10,
        "e": 1000,
        "f": "2026-11-21",
        "g": None,
        "h": True,
        "i": 31,
        "j": "1",
    }


def test_every_key_and_item_has_its_line(tmp_path):
    document = read(tmp_path, "a: 1\nb:\n  - x: 1\n    y:\n      2\n  - {x: 3}\nc: {d: 4}\n")
    assert document.lines[("b", 0, "y")] == 4
    assert document.lines[("b", 1)] == document.lines[("b", 1, "x")] == 6
    assert document.lines[("c", "d")] == 7
    assert document.line(("c", "missing", "deeper")) == 7
    assert document.line(()) == 1


def test_lines_begin_after_comments(tmp_path):
    document = read(tmp_path, "# one\n\n# three\na: 1\n")
    assert document.line(("a",)) == 4
    assert line_of({}, ("a",)) is None


def test_byte_order_mark_is_no_content(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\n")
    assert read_yaml(path).data == {"name": "x"}


def test_numbers_may_be_keys(tmp_path):
    assert read(tmp_path, "a: {1: 0.5, 2: 0.5}\n").data == {"a": {1: 0.5, 2: 0.5}}


def test_every_repeated_key_is_told(tmp_path):
    with pytest.raises(FaultError) as error:
        read(tmp_path, "a: 1\nb: {c: 1, c: 2}\na: 3\nd:\n  - {e: 1, e: 2}\n")
    told = [(fault.line, fault.field, fault.message) for fault in error.value.faults]
    assert told == [
        (2, "b.c", "key given twice; first on line 2"),
        (3, "a", "key given twice; first on line 1"),
        (5, "d.0.e", "key given twice; first on line 5"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x\n",
        "a: &x {c: 1}\nb: {<<: *x}\n",
        "a: !!binary aGk=\n",
        "a: !mine 1\n",
        "? [1, 2]\n: x\n",
        "true: 1\n",
        "1.5: x\n",
        "~: x\n",
        "a: &a [*a]\n",
    ],
)
def test_what_cannot_be_plain_is_refused(tmp_path, text):
    with pytest.raises(FaultError) as error:
        read(tmp_path, text)
    assert all(fault.line for fault in error.value.faults)


def test_aliases_cannot_swell(tmp_path):
    steps = "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}, *a{n}, *a{n}]\n" for n in range(30))
    with pytest.raises(FaultError) as error:
        read(tmp_path, "a0: &a0 [1]\n" + steps)
    assert len(error.value.faults) == 120


def test_anchor_without_an_alias_is_only_a_remark(tmp_path):
    assert read(tmp_path, "a: &x 1\nb: &x 2\n").data == {"a": 1, "b": 2}


def test_number_without_end_is_told(tmp_path):
    with pytest.raises(FaultError, match="as a value"):
        read(tmp_path, f"a: {'9' * 5000}\n")


def test_path_as_text():
    assert dotted(("sites", 0, "pue")) == "sites.0.pue"


ODDITIES = (
    *[
        ": ",
        "- ",
        "{",
        "[",
        "}",
        "]",
        "&a ",
        "*a",
        "!!str ",
        "!x ",
        "? ",
        ">\n",
        "\n  ",
        "'",
        '"',
        "\t",
        "#",
        " #",
        "%",
        "---\n",
        "...\n",
        "\\",
        "<<: ",
        "~",
        "null",
        "yes",
    ],
    *[
        "\x85",
        "\u2028",
        "\r",
        "\ufeff",
        "0x1F",
        "0o17",
        "1_0",
        "+1",
        ".5",
        "é",
        "{a:1}",
        "a: b: c",
        "::",
        "?x",
        "\x7f",
        "\xa0",
        "\n\n",
        "::",
    ],
)


@settings(max_examples=400)
@given(data=st.data())
def test_compiled_parser_reads_what_the_pure_one_reads(tmp_path_factory, data):
    start = data.draw(st.integers(0, len(TOY_BRIEF)))
    length, put = data.draw(st.integers(0, 30)), data.draw(st.sampled_from(ODDITIES))
    path = tmp_path_factory.mktemp("odd") / "x.yaml"
    path.write_bytes((TOY_BRIEF[:start] + put + TOY_BRIEF[start + length :]).encode())
    assert told(path, pure=True) == told(path, pure=False)


def told(path, *, pure):
    with pytest.MonkeyPatch.context() as patch:
        if pure:
            patch.setattr(
                "designlib.yamlfile._Yaml", lambda **given: YAML(**{**given, "pure": True})
            )
        try:
            document = read_yaml(path)
        except FaultError as error:
            return error.faults
        return repr(document.data), document.lines
