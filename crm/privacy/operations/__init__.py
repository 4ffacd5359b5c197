"""Changing how long things are kept (`periods`)."""
