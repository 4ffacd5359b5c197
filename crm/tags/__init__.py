"""Tags: free words of a coalition, by which it sorts its groups."""
