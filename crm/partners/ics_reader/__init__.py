"""Reads calendar files that others wrote, and fetches them: what is hostile or broken is met here.

Nothing in this package knows Muster's database or its pages. It runs in a process of its own (`child`), which
the worker ends when it takes too long; so it imports the libraries that it needs and no more.
"""
