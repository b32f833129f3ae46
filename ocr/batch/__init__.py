"""Engines that read many pages: processes of this machine, or a Dask cluster. The database is the record, not they."""
