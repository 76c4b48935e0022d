"""Step 3: measures with owner, date and standard; approval; frozen versions."""
