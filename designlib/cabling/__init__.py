"""Cabling: every link of a fabric with both ends, the cable that fits it, and where it runs."""
