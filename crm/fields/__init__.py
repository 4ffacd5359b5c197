"""Fields of a coalition's own, on groups and on events."""
