"""Reading pairs that may be one, merges, and what a merge would do."""
