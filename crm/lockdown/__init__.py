"""One button for the day on which somebody got in: everybody out, and back step by step."""
