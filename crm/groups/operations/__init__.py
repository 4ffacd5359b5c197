"""Changing what is a group's own.

How its people come in: `entering`. Who they are: `people`. What the group says: `stands`. Its listing and its
name: `listing`. Its logo: `logos`.
"""
