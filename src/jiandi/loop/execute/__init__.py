"""Step 4: progress, evidence and the unit's claims."""
