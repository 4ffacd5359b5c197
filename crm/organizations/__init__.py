"""Organizations: the groups that a coalition is made of and reaches out to."""
