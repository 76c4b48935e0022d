"""Step 5: other people check, accept or return; the closing chain."""
