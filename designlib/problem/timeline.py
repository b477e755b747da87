"""Timeline: the day cut into slices wherever a workload's night or window begins or ends."""

from __future__ import annotations

from collections.abc import Iterable

MINUTES_PER_DAY = 24 * 60
MINUTES_PER_HOUR = 60
MONTHS_PER_DAY = 12 / 365.25


def minutes(window: str) -> tuple[int, int]:
    """Return the start and the end of a window such as "20:00-06:00" in minutes of the day."""
    start, end = window.split("-")
    return _minute(start), _minute(end)


def _minute(clock: str) -> int:
    hour, minute = clock.strip().split(":")
    return (int(hour) * MINUTES_PER_HOUR + int(minute)) % MINUTES_PER_DAY


def covers(window: str, minute: int) -> bool:
    """Return whether a minute of the day lies in a window, which may pass midnight."""
    start, end = minutes(window)
    if start == end:
        return True
    return start <= minute < end if start < end else minute >= start or minute < end


def day_slices(windows: Iterable[str]) -> dict[str, tuple[int, float]]:
    """Return the slices of a day: name -> (a minute inside it, its hours a day).

    Stretches that lie in the same windows are one slice, so a night that passes midnight is one.
    """
    names = sorted(set(windows))
    cuts = sorted({0, *(m for w in names for m in minutes(w))})
    merged: dict[tuple[bool, ...], list[int]] = {}
    for n, cut in enumerate(cuts):
        end = cuts[n + 1] if n + 1 < len(cuts) else MINUTES_PER_DAY
        if end == cut:
            continue
        inside = tuple(covers(w, cut) for w in names)
        at, length = merged.get(inside, [cut, 0])
        merged[inside] = [at, length + end - cut]
    found = {}
    for inside, (at, length) in merged.items():
        in_windows = [w for w, yes in zip(names, inside, strict=True) if yes]
        name = "day" if not in_windows else " & ".join(in_windows)
        found[name] = (at, length / MINUTES_PER_HOUR)
    return found
