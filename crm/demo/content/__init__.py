"""What the demo is made of: all of it invented."""
