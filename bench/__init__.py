"""The benchmarks of `make bench`: ours against the smallest program that could do the same work."""
