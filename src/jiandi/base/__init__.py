"""What every part stands on: errors, clock, text, jobs, pages."""
