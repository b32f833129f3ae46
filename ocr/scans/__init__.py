"""Files in, 8-bit pages out."""
