"""Lab page: the workbench alone as a page, served by Voila to this machine."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

import typer

from designlib.faults import Fault, FaultError

PORT: Final = 8866
TEMPLATES: Final = Path(__file__).parent / "workbench"
"""Holds ``voila/templates``: the page of Voila, without what it would fetch from other hosts."""
SOURCE: Final = 'import designlib as dl\n\ndl.workbench("studio")'


def serve_page(port: int, browser: bool, token: str, address: str) -> None:
    """Run the workbench as a page until it is ended.

    Parameters
    ----------
    port : int
        Port; 0 takes the usual one of Voila.
    browser : bool
        Whether to open a browser.
    token : str
        What a visitor has to know.
    address : str
        Address to listen to.

    Raises
    ------
    FaultError
        Voila is not installed.
    """
    wanted = port or PORT
    held = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join([str(TEMPLATES), *([held] if held else [])])
    server = _voila()
    with tempfile.TemporaryDirectory(prefix="designlib-page-") as folder:
        page = Path(folder) / "workbench.ipynb"
        page.write_text(json.dumps(_notebook()), encoding="utf-8")
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        # After the server has begun to listen, which it does before the loop runs.
        loop.call_soon(typer.echo, f"http://{address}:{wanted}/?token={token}")
        server.initialize(
            [
                str(page),
                f"--Voila.ip={address}",
                f"--Voila.port={wanted}",
                "--Voila.port_retries=0",
                f"--Voila.open_browser={browser}",
                f"--Voila.token={token}",
                "--VoilaConfiguration.template=designlib",
                "--Application.log_level=WARN",
            ]
        )
        server.start()


def _voila() -> Any:
    try:
        return importlib.import_module("voila.app").Voila()
    except ModuleNotFoundError:
        message = "Voila is not installed: pip install 'designlib[voila]'"
        raise FaultError([Fault("lab", None, "--page", message)]) from None


def _notebook() -> dict[str, Any]:
    """Return the notebook of one cell that the page shows."""
    cell: dict[str, Any] = {
        "cell_type": "code", "id": "page", "metadata": {}, "outputs": [],
        "execution_count": None, "source": SOURCE,
    }  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [cell]}
