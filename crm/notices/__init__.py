"""Mail to people whose dates changed, once for a burst of edits, and for who asked to be told of changes."""
