"""Organisations, duties, users, regimes, first run."""
