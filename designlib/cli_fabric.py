"""Fabric command: the counts, claims and cost of one fabric, from its options alone."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated, Literal

import typer

from designlib.cli_common import Overlay, refusing
from designlib.faults import Fault, FaultError

Topology = Literal["auto", "fat-tree", "rail-optimized", "single", "dragonfly"]


def _finite(value: float) -> float:
    if not math.isfinite(value) or value <= 0:
        raise typer.BadParameter("must be a finite number above 0")
    return value


def _count(words: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=1, metavar="N", help=words)
    return option


def fabric(
    servers: Annotated[int, _count("Servers to connect; trays at rack scale.")],
    rails: Annotated[int | None, _count("Ports of a server in one plane.")] = None,
    radix: Annotated[int | None, _count("Ports of a switch at the speed of a plane.")] = None,
    planes: Annotated[int | None, _count("Separate, equal fabrics.")] = None,
    rails_per_leaf: Annotated[int | None, _count("Rails that share a leaf.")] = None,
    oversubscription: Annotated[
        float, typer.Option(callback=_finite, help="Down over up ports of a leaf.")
    ] = 1.0,
    scalable_unit: Annotated[int, _count("Servers of a unit that is built whole.")] = 1,
    topology: Annotated[Topology, typer.Option(help="Shape of the fabric.")] = "auto",
    min_leaves: Annotated[int, _count("Fewest leaves of a plane.")] = 1,
    min_spines: Annotated[int, _count("Fewest spines of a plane.")] = 1,
    final_servers: Annotated[
        int, typer.Option(min=0, metavar="N", help="Wire spines and cores for so many servers.")
    ] = 0,
    keep_spine: Annotated[
        bool, typer.Option("--keep-spine", help="A spine even where one switch would do.")
    ] = False,
    racks_per_leaf: Annotated[int | None, _count("Rack scale: racks that share a leaf.")] = None,
    trays_per_rack: Annotated[int | None, _count("Rack scale: trays of one rack.")] = None,
    core_reserve: Annotated[
        bool, typer.Option("--core-reserve", help="Spines keep half their ports for cores.")
    ] = False,
    management_links: Annotated[
        int, typer.Option(min=0, metavar="N", help="Links of a plane to fabric managers.")
    ] = 0,
    links_per_cable: Annotated[int, _count("Links that one cable holds.")] = 1,
    switch: Annotated[
        str | None, typer.Option(metavar="ID", help="Switch of the catalog: optics, power, cost.")
    ] = None,
    server: Annotated[
        str | None, typer.Option(metavar="ID", help="Server of the catalog: ports and racks.")
    ] = None,
    optics: Annotated[
        list[str] | None,
        typer.Option(
            "--optic", metavar="ID", help="Use only this cable, fibre or transceiver; repeat it."
        ),
    ] = None,
    servers_per_rack: Annotated[
        int | None, _count("Servers of one rack, for cable lengths.")
    ] = None,
    overlay: Overlay = None,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write every cable with both ends: .csv or .xlsx."),
    ] = None,
    graph: Annotated[
        Path | None, typer.Option(metavar="FILE.graphml", help="Write the fabric as a graph.")
    ] = None,
    diagram: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Draw the tiers of a Clos fabric.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Print the switches, links and cables of a fabric, and write its port map."""
    from designlib import cli_fabric_answer, cli_fabric_content

    asked = cli_fabric_answer.Asked(
        servers=servers,
        rails=rails,
        radix=radix,
        planes=planes,
        topology=topology,
        links_per_cable=links_per_cable,
        switch=switch,
        server=server,
        servers_per_rack=servers_per_rack,
        optics=tuple(optics or ()),
        rules={
            "rails_per_leaf": rails_per_leaf,
            "oversubscription": oversubscription,
            "scalable_unit_count": scalable_unit,
            "min_leaves": min_leaves,
            "min_spines": min_spines,
            "final_servers_count": final_servers,
            "keep_spine": keep_spine,
            "racks_per_leaf": racks_per_leaf,
            "trays_per_rack": trays_per_rack,
            "core_reserve": core_reserve,
            "extra_endpoints": management_links,
        },
    )
    files = cli_fabric_answer.Files(sheet, graph, diagram)
    with refusing():
        try:
            content = cli_fabric_answer.answer(asked, files, overlay)
        except ValueError as error:
            raise FaultError([Fault("fabric", None, "options", str(error))]) from error
    if as_json:
        typer.echo(json.dumps(content, allow_nan=False, indent=2))
    else:
        typer.echo(cli_fabric_content.text(content))
