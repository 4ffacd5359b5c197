"""What the coalition asks of a group: to accept newer words, to endorse, to confirm what was told for it."""
