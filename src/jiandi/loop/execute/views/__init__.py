"""Pages of this stage: measures (measures), and what changes time, duty or help (changes)."""
