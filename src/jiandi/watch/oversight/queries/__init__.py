"""Reads: polls and score sheets one may see."""
