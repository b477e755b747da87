import pytest

from designlib.faults import FaultError
from designlib.predict.table import Inputs, as_csv, number, read

INPUTS = Inputs(required=("gpu",), optional=("n_gpus",), numbers=frozenset({"n_gpus"}))


def written(tmp_path, text):
    path = tmp_path / "in.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_that_are_not_inputs_are_dropped(tmp_path):
    path = written(tmp_path, "id,gpu,answer,n_gpus\na,H100,7,8\n\nb,B200,9,\n")
    assert read(path, INPUTS) == [
        {"id": "a", "gpu": "H100", "n_gpus": "8"},
        {"id": "b", "gpu": "B200", "n_gpus": ""},
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ":1: file: the file is empty; expected the columns id, gpu"),
        ("id,gqu\na,b\n", ":1: gpu: required column is missing; did you mean 'gqu'?"),
        ("id,gpu,gpu\n", ":1: gpu: column given twice"),
        ("id,gpu\na,b,c\n", ":2: file: expected 2 cells, found 3"),
        ("id,gpu\n,b\n", ":2: id: required cell is empty"),
        ("id,gpu\na,b\na,c\n", ":3: id: 'a' is given twice; first on line 2"),
        ("id,gpu,n_gpus\na,b,many\n", ":2: n_gpus: expected a number, found 'many'"),
        ("id,gpu,n_gpus\na,b,-1\n", ":2: n_gpus: expected a number, found '-1'"),
        ("id,gpu,n_gpus\na,b,1e400\n", ":2: n_gpus: expected a number, found '1e400'"),
        ('id,gpu\n"a"b,c\n', ":2: file: not a valid CSV row"),
    ],
)
def test_a_fault_names_its_line_and_column(tmp_path, text, told):
    path = written(tmp_path, text)
    with pytest.raises(FaultError) as caught:
        read(path, INPUTS)
    assert str(caught.value).startswith(f"{path}{told}")


def test_every_fault_is_told(tmp_path):
    path = written(tmp_path, "id,gpu,n_gpus\na,b,x\na,c,y\n")
    with pytest.raises(FaultError) as caught:
        read(path, INPUTS)
    assert len(caught.value.faults) == 3


def test_a_missing_file_is_a_fault(tmp_path):
    with pytest.raises(FaultError, match="no such file"):
        read(tmp_path / "none.csv", INPUTS)


def test_what_has_no_value_stays_empty():
    rows = [{"id": "a", "x": 1 / 3, "reason": "p, q"}, {"id": "b", "x": float("inf")}]
    assert as_csv(("id", "x", "reason"), rows) == 'id,x,reason\na,0.333333,"p, q"\nb,,\n'


def test_an_empty_cell_is_no_number():
    assert number({"a": ""}, "a") is None
    assert number({}, "a") is None
    assert number({"a": "2e3"}, "a") == 2000
