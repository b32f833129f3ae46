"""One upright page through the steps, and its reading."""
