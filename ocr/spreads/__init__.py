"""Two pages that belong together: open books, facing scans, columns over the fold."""
