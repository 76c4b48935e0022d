"""What polls and score sheets say. No Django here."""
