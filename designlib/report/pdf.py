"""PDF: a page as a browser prints it, where there is a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final, NoReturn

from designlib.design import write_atomic
from designlib.faults import Fault, FaultError

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS_MAX: Final = 180
"""Time after which a browser that does not print is given up. [s]"""
PAINT_MS: Final = 20_000
"""Time that the page has to paint its charts, as the browser counts it. [ms]"""
OPTIONS: Final = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--no-pdf-header-footer",
    # The page asks for nothing; the browser shall not either.
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    f"--virtual-time-budget={PAINT_MS}",
)


def browser() -> str | None:
    """Return the browser that prints: that of the environment (CHROMIUM), or one that is found."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def write_pdf(page: str | Path, path: str | Path) -> Path:
    """Write a page of this library as PDF, completely or not at all.

    Parameters
    ----------
    page : str or Path
        A file of ``write_report`` or ``write_comparison``.
    path : str or Path
        File to write; its folder exists.

    Returns
    -------
    Path
        The file. Without a browser, or where it fails, ``FaultError`` is raised.
    """
    program = browser()
    if program is None:
        _refuse(path, f"no browser prints it; expected one of {', '.join(BROWSERS)} on the PATH")
    with tempfile.TemporaryDirectory(prefix="designlib-") as folder:
        printed = Path(folder) / "page.pdf"
        command = [program, *OPTIONS, f"--user-data-dir={folder}/profile"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # a browser of root has no sandbox to start in
        command += [f"--print-to-pdf={printed}", Path(page).resolve().as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS_MAX)
        except (OSError, subprocess.SubprocessError) as error:
            _refuse(path, f"{program} did not print it: {error}")
        if not printed.is_file():
            _refuse(path, f"{program} printed nothing")
        return write_atomic(path, printed.read_bytes())


def _refuse(path: str | Path, message: str) -> NoReturn:
    raise FaultError([Fault(str(path), None, "--pdf", message)])
