"""Users, units, posts and duties."""
