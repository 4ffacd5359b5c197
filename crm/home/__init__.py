"""Home: what shows several features at once."""
