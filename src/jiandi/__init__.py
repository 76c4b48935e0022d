"""Jiandi 见底: making sure that a problem an inspection found is really gone."""
