"""Placement: every server, switch and storage unit of the bill stands in exactly one place.

Cold spares lie on the shelf; what has no height needs no place.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, bill, spec, until


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each unit that stands nowhere, twice, too early, or unbought."""
    stands = {**catalog.servers, **catalog.switches, **catalog.storage}
    lines = {line["line_id"]: line for line in bill(design, cold=True)}
    placed: dict[str, list[Row]] = defaultdict(list)
    for row in design.tables["placement"]:
        placed[row["line_id"] or ""].append(row)
    found = []
    if len(lines) < len(bill(design, cold=True)):
        found.append("two lines of the bill have the same line_id")
    for line in bill(design):
        part = stands.get(line["part_id"])
        wanted = line["count"] if part is not None and spec(part, "height_u") else 0
        here = len(placed[line["line_id"]])
        if here != wanted:
            found.append(
                f"line {line['line_id']} ({line['part_id']}): {wanted:g} bought, {here} placed"
            )
    for line_id, rows in placed.items():
        if line_id:
            found += _agrees(line_id, lines.get(line_id), rows)
    return found + _owned(design, placed[""])


def _agrees(line_id: str, line: Row | None, rows: list[Row]) -> list[str]:
    if line is None:
        return [f"{len(rows)} units are placed for line {line_id}, which the bill does not have"]
    found = []
    if line["layer"] == "spares":
        found.append(f"line {line_id} is spares on the shelf, yet {len(rows)} of them are placed")
    other = {row["part_id"] for row in rows} - {line["part_id"]}
    if other:
        found.append(f"line {line_id} is {line['part_id']}, placed are {', '.join(sorted(other))}")
    elsewhere = {row["site"] for row in rows} - {line["site"]}
    if elsewhere:
        found.append(
            f"line {line_id} is bought for {line['site']}, placed at {', '.join(sorted(elsewhere))}"
        )
    early = [row for row in rows if row["period_month"] < line["period_month"]]
    if early:
        found.append(
            f"line {line_id}: {len(early)} units stand before month {line['period_month']},"
            " their date of service"
        )
    return found


def _owned(design: Design, rows: list[Row]) -> list[str]:
    """Return where what stands without a line of the bill is not what was there already."""
    there = design.tables.get("existing", [])
    found = []
    for month in design.dates:
        here = Counter((row["site"], row["part_id"]) for row in until(rows, month))
        serve = Counter[tuple[str, str]]()
        for row in there:
            if row["use"] == "in service" and row["period_month"] == month:
                serve[row["site"], row["part_id"]] += row["count"]
        found += [
            f"month {month}: {here[key]} {key[1]} stand at {key[0]} without a line of the bill,"
            f" {serve[key]} of what was there already are in service"
            for key in sorted({*here, *serve})
            if here[key] != serve[key]
        ]
    return found
