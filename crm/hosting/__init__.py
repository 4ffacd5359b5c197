"""Meetings that people offer to host; a coordinator takes them up or declines."""
