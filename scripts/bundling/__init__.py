"""Makes the folder from which an office without internet installs and updates the workbench."""
