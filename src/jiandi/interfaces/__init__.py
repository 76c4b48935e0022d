"""Faces people and programs see; thin, without rules."""
