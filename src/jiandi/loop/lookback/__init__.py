"""Step 7: recomputable draws over what was closed."""
