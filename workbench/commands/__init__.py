"""The commands, one file a subject; each `register(app)` hangs its commands on the application."""
