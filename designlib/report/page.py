"""Page: a file that holds all that it shows, and runs only the scripts that it names."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from plotly.offline import get_plotlyjs


def render(template: str, name: str, content: dict[str, Any], *, with_charts: bool) -> str:
    """Return a page with its style, its scripts and the digests by which they may run.

    Parameters
    ----------
    template : str
        File in the folder of templates.
    name : str
        Name of what the page shows.
    content : dict
        What the template asks for.
    with_charts : bool
        Whether the page holds the library that draws charts.
    """
    library, script = _plotly() if with_charts else "", _script()
    shared = {
        "name": name,
        "plotly": library,
        "script": script,
        "script_hashes": [_digest(text) for text in (library, script) if text],
    }
    return _environment().get_template(template).render(shared | content)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("designlib.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


@cache
def _plotly() -> str:
    """Return plotly.js as it may stand in a script element."""
    text: str = get_plotlyjs()
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("</script", "<\\/script")


@cache
def _script() -> str:
    """Return the page's own script."""
    return _environment().get_template("page.js.j2").render()


def _digest(text: str) -> str:
    """Return the digest by which a browser knows a script that may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
