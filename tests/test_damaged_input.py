"""Damaged input: whatever is cut out of a file or put into it, faults come back, nothing else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from designlib.brief import check_file
from designlib.catalog import Catalog
from designlib.faults import FaultError
from tests.toy_brief import TOY_BRIEF
from tests.toy_catalog import FILES, write


@settings(max_examples=150, deadline=None)
@given(
    start=st.integers(0, len(TOY_BRIEF)),
    length=st.integers(0, 40),
    put=st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [": ", "- ", "{", "[", "}", "&a ", "*a", "!!map ", "? ", "|\n", "\n  ", "'"]
        ),
    ),
)
def test_damaged_brief_gives_faults_and_nothing_else(tmp_path_factory, start, length, put):
    path = tmp_path_factory.mktemp("damaged") / "brief.yaml"
    text = TOY_BRIEF[:start] + put + TOY_BRIEF[start + length :]
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    for fault in check_file(path):
        assert str(fault).isprintable()
        assert fault.line is not None
        assert fault.message


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(FILES)),
    start=st.integers(0, 400),
    length=st.integers(0, 30),
    put=st.one_of(st.text(max_size=6), st.sampled_from([",", '"', "\n", ": ", "{", "-1", "nan"])),
)
def test_damaged_catalog_gives_faults_and_nothing_else(tmp_path_factory, name, start, length, put):
    text = FILES[name][:start] + put + FILES[name][start + length :]
    folder = tmp_path_factory.mktemp("damaged")
    write(folder, {**FILES, name: text.encode("utf-8", "surrogatepass")})
    try:
        Catalog.load(shipped=folder)
    except FaultError as error:
        for fault in error.faults:
            assert str(fault).isprintable()
            assert fault.line is not None
