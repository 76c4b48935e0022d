"""SQLite whose writers wait in line: see ``base``."""
