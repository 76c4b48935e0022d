"""Regimes: what differs between kinds of supervision, as data; their versions; the working calendar."""
