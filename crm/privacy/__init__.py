"""What is kept about people: how long, and everything about one of them, told or erased."""
