"""Forms of oversight."""
