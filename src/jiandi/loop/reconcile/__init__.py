"""Step 6: the meeting that settles the list on a frozen sheet."""
