"""Pairing: an optic fits a cage, and a transceiver a fibre, only where every mark agrees.

A connector that a transceiver has twice takes two fibres; each must be the one that it was made
for, in its medium, its type and its plug.
"""

from __future__ import annotations

from designlib.schema.parts import Cage, Optic

TWICE = "2x"


def fits_cage(optic: Optic, cage: Cage) -> bool:
    """Return whether an end of a cable or transceiver fits a socket.

    Parameters
    ----------
    optic : Optic
        Cable or transceiver; a bare fibre fits no socket.
    cage : str
        Socket of a switch or device.
    """
    return cage in optic.cages


def pairing_faults(transceiver: Optic, fibre: Optic) -> list[str]:
    """Return why a transceiver and a fibre do not make a link; empty where they do.

    Parameters
    ----------
    transceiver : Optic
        Transceiver at one end.
    fibre : Optic
        Fibre cable.
    """
    found = []
    if transceiver.medium != fibre.medium:
        found.append(f"{transceiver.id} is {transceiver.medium}, {fibre.id} is {fibre.medium}")
    elif not set(transceiver.fibre_types) & set(fibre.fibre_types):
        ours, theirs = ", ".join(transceiver.fibre_types), ", ".join(fibre.fibre_types)
        found.append(f"{transceiver.id} drives {ours}, {fibre.id} is {theirs}")
    plug = transceiver.connector.removeprefix(TWICE)
    if plug != fibre.connector:
        found.append(f"{transceiver.id} takes {plug}, {fibre.id} has {fibre.connector}")
    if transceiver.specs.gbit_s.value > fibre.specs.gbit_s.value:
        found.append(
            f"{transceiver.id} sends {transceiver.specs.gbit_s.value:g} Gbit/s,"
            f" {fibre.id} is made for {fibre.specs.gbit_s.value:g}"
        )
    if not set(transceiver.technologies) & set(fibre.technologies):
        found.append(f"{transceiver.id} and {fibre.id} share no technology")
    return found


def pairs(transceiver: Optic, fibre: Optic) -> bool:
    """Return whether a transceiver and a fibre make a link."""
    return not pairing_faults(transceiver, fibre)
