"""Lab command: it serves this machine alone, asks for its token, keeps your notebooks, and ends."""

import contextlib
import http.client
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from typer.testing import CliRunner

from designlib.cli import app
from designlib.cli_lab import copy_notebooks
from designlib.schema.shipped import shipped_notebooks
from tests.lab_server import COMMAND, STOP_MAX_S, lab_server, own_places

FIRST = "07-workbench.ipynb"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with lab_server(tmp_path_factory.mktemp("lab")) as server:
        yield server


def status(server, path="api/contents", *, token=True, host=None, method="GET"):
    """Return the status with which a server answers."""
    where = urlsplit(server.base)
    headers = {"Authorization": f"token {server.token}"} if token else {}
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
    with contextlib.closing(connection):
        connection.request(method, f"/{path}", headers=headers | ({"Host": host} if host else {}))
        with connection.getresponse() as answer:
            return answer.status


def runs_in(arguments, folder):
    """Return whether the arguments of a process name a folder; of one that ended they are gone."""
    try:
        return str(folder) in arguments.read_text(errors="replace")
    except OSError:
        return False


def test_address_leads_to_the_workbench_with_a_token(served):
    assert served.address.startswith("http://127.0.0.1:")
    assert f"lab/tree/{FIRST}?token=" in served.address
    assert len(served.token) >= 32


def test_nothing_is_told_without_the_token(served):
    assert status(served) == 200
    assert status(served, token=False) == 403
    assert status(served, "api/kernels", token=False) == 403
    assert status(served, "api/kernels", token=False, method="POST") == 403


def test_another_host_is_refused_even_with_the_token(served):
    assert status(served, host="example.org") == 403
    assert status(served, host="localhost") == 200


def test_it_listens_to_this_machine_alone(served):
    port = urlsplit(served.base).port
    others = {a[4][0] for a in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in others - {"127.0.0.1", "127.0.1.1"}:
        with socket.socket() as knock:
            knock.settimeout(2)
            assert knock.connect_ex((address, port)) != 0


def test_token_is_no_argument_that_others_can_read(served):
    arguments = Path(f"/proc/{served.process.pid}/cmdline")
    if arguments.exists():
        assert served.token not in arguments.read_text()


def test_folder_holds_a_copy_of_every_notebook(served):
    shipped = {p.name for p in shipped_notebooks().glob("*.ipynb")}
    assert FIRST in shipped
    assert {p.name for p in served.folder.glob("*.ipynb")} == shipped
    first = nbformat.read(served.folder / FIRST, as_version=4).cells
    assert "dl.workbench(" in next(c.source for c in first if c.cell_type == "code")


def test_it_ends_with_its_kernels(tmp_path):
    with lab_server(tmp_path) as server:
        assert status(server, "api/kernels", method="POST") == 201
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOP_MAX_S) == 0
        with socket.socket() as knock:
            assert knock.connect_ex(("127.0.0.1", urlsplit(server.base).port)) != 0
    left = [p for p in Path("/proc").glob("[0-9]*/cmdline") if runs_in(p, tmp_path)]
    assert left == [], "a kernel is named by its file in the folder of this server"


def test_own_work_is_kept(tmp_path):
    (tmp_path / FIRST).write_text("mine")
    copied = copy_notebooks(tmp_path)
    assert (tmp_path / FIRST).read_text() == "mine"
    assert tmp_path / FIRST not in copied
    assert copy_notebooks(tmp_path) == []


def test_folder_that_is_a_file_is_one_clear_line(tmp_path):
    (tmp_path / "x").write_text("")
    result = CliRunner().invoke(app, ["lab", "--no-browser", "--folder", str(tmp_path / "x")])
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"{tmp_path / 'x'}: --folder: is a file; expected a folder"
    ]


def test_port_in_use_is_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        words = [*COMMAND, "--folder", str(tmp_path / "notebooks"), "--port", port]
        run = subprocess.run(
            words, capture_output=True, text=True, check=False, env=own_places(tmp_path)
        )
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.splitlines()[-1] == (
        f"lab: --port: no server can listen to {port}; name another, or 0 for any that is free"
    )
