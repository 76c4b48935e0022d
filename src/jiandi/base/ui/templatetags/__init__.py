"""Filters and tags of the shared pieces; built in, no load needed."""
