"""Tools for those who build and carry the program; no part of it at run time but `update` and `check_bundle`."""
