"""The stages of outreach as a board, as a list beside what groups say to demands, and what moved."""
