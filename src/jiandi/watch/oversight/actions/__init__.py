"""Writes of oversight: polls and score sheets."""
