"""The demo: a fictional coalition with twelve weeks of work behind it, and its removal."""
