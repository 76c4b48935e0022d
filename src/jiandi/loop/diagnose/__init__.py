"""Step 2: is it elsewhere too, and why did it happen."""
