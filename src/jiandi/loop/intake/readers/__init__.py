"""Readers of handed-in files: content decides, limits hold, every fault names its place and remedy."""
