"""Lab server of the tests: `designlib lab` in its own process, apart from the user's Jupyter."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

START_MAX_S, STOP_MAX_S = 60, 20
COMMAND = [sys.executable, "-m", "designlib.cli", "lab", "--no-browser"]


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    address: str
    process: subprocess.Popen[str]
    folder: Path

    @property
    def base(self) -> str:
        return re.split(r"lab/tree|\?", self.address)[0]

    @property
    def token(self) -> str:
        return self.address.rpartition("token=")[2]


def own_places(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing of the user's own set-up is read or written."""
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    jupyter = {f"JUPYTER_{name}": str(folder / name.lower()) for name in names}
    lab = {
        f"JUPYTERLAB_{name}": str(folder / name.lower())
        for name in ("SETTINGS_DIR", "WORKSPACES_DIR")
    }
    return {**os.environ, **jupyter, **lab, "IPYTHONDIR": str(folder / "ipython")}


@contextlib.contextmanager
def lab_server(folder: Path, *options: str) -> Iterator[Served]:
    """Yield `designlib lab` on copies of the notebooks; it is ended as Ctrl-C ends it."""
    words = [*COMMAND, "--folder", str(folder / "notebooks"), *options]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=log, text=True, env=own_places(folder)
        ) as process,
    ):
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address, (folder / "log").read_text()
            yield Served(address, process, folder / "notebooks")
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(STOP_MAX_S)
                except subprocess.TimeoutExpired:
                    process.kill()
