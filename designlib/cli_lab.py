"""Lab command: JupyterLab on copies of the notebooks, with the workbench running."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from designlib import cli_lab_page
from designlib.cli_common import refusing
from designlib.design import write_atomic
from designlib.faults import Fault, FaultError
from designlib.schema.shipped import shipped_notebooks

FIRST: Final = "07-workbench.ipynb"
FOLDER: Final = "designlib-notebooks"
LOOPBACK: Final = "127.0.0.1"
TOKEN_BYTES: Final = 24
LAB: Final = Path(__file__).parent / "workbench" / "lab"
"""Extension that runs the workbench, and settings that ask no other host for news."""


def lab(
    folder: Annotated[
        Path, typer.Option(metavar="DIR", help="Your copies of the notebooks; kept if there.")
    ] = Path(FOLDER),
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="Port; 0 takes any that is free.")
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open a browser, or print the address.")
    ] = True,
    page: Annotated[
        bool, typer.Option("--page", help="Show the workbench alone, served by Voila.")
    ] = False,
) -> None:
    """Run JupyterLab on the notebooks with the workbench open; only this machine can reach it.

    The address holds a token that is new each time. Ctrl-C ends it and its kernels.
    """
    token = secrets.token_hex(TOKEN_BYTES)
    with refusing():
        if page:
            return cli_lab_page.serve_page(port, browser, token, LOOPBACK)
        copy_notebooks(folder)
        server = _server(folder, port, browser, token)
    # After what is waiting already: the address is told when somebody answers there.
    told = address(server.connection_url, token)
    server.io_loop.add_callback(typer.echo, told)
    server.start()


def copy_notebooks(folder: Path) -> list[Path]:
    """Write those shipped notebooks into a folder that it does not hold yet, and return them.

    A notebook that is there is the user's own work and stays as it is.
    """
    if folder.exists() and not folder.is_dir():
        raise FaultError([Fault(str(folder), None, "--folder", "is a file; expected a folder")])
    folder.mkdir(parents=True, exist_ok=True)
    copies = []
    for source in sorted(shipped_notebooks().glob("*.ipynb")):
        target = folder / source.name
        if not target.exists():
            copies.append(write_atomic(target, source.read_bytes()))
    return copies


def address(url: str, token: str) -> str:
    """Return the address of the workbench notebook with its token."""
    return f"{url}lab/tree/{FIRST}?token={token}"


def options(folder: Path, port: int, browser: bool) -> list[str]:
    """Return how the server is started: this machine alone, nothing fetched from elsewhere."""
    return [
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--ServerApp.ip={LOOPBACK}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.allow_remote_access=False",
        f"--ServerApp.open_browser={browser}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        f"--LabApp.extra_labextensions_path={LAB}",
        f"--LabApp.app_settings_dir={LAB / 'settings'}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--ServerApp.allow_root=True",  # whoever starts it is who runs its kernels
        "--ServerApp.answer_yes=True",
        "--Application.log_level=WARN",
    ]


def _server(folder: Path, port: int, browser: bool, token: str) -> Any:
    """Return a server that listens and has not started to answer."""
    # Through the environment: the arguments of a process can be read by every user of a machine.
    os.environ["JUPYTER_TOKEN"] = token
    from jupyterlab.labapp import LabApp

    try:
        return LabApp.initialize_server(options(folder, port, browser))
    except SystemExit:
        message = f"no server can listen to {port}; name another, or 0 for any that is free"
        raise FaultError([Fault("lab", None, "--port", message)]) from None
