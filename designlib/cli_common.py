"""Command line, what every command shares: the overlay option, refusals and the console."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

import designlib as dl
from designlib.faults import Fault, FaultError

if TYPE_CHECKING:
    from designlib.catalog import Catalog

EXIT_NO, EXIT_BAD_USE = 1, 2
WIDE_COLUMNS = 160

Overlay = Annotated[
    Path | None, typer.Option("--catalog", metavar="DIR", help="Your own parts and prices.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


def bad_use(error: object) -> NoReturn:
    """Print an error and end with the exit code of bad use."""
    typer.echo(str(error), err=True)
    raise typer.Exit(EXIT_BAD_USE)


@contextmanager
def refusing() -> Iterator[None]:
    """Return a block in which faulty input becomes lines on stderr and exit code 2."""
    try:
        yield
    except (FaultError, OSError) as error:
        bad_use(error)


@contextmanager
def interruptible(cancel: threading.Event, words: str) -> Iterator[None]:
    """Return a block in which a first Ctrl-C asks for an end, in words; a second forces it."""

    def stop(_signal: int, _frame: object) -> None:
        cancel.set()
        signal.signal(signal.SIGINT, previous)
        typer.echo(words, err=True)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def load_catalog(overlay: Path | None) -> Catalog:
    """Return the shipped catalog with the user's own folder over it."""
    if overlay is not None and not overlay.is_dir():
        bad_use(Fault(str(overlay), None, "file", "no such folder"))
    return dl.Catalog.load(overlay=overlay)


def wide_console() -> Console:
    """Return a console that never cuts a table when its output goes to a file."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDE_COLUMNS)
