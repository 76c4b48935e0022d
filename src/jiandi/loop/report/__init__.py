"""Step 8: ledgers and reports that people must hand in."""
