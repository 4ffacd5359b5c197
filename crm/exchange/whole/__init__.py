"""Everything of a coalition as one file, and back."""
