"""What the workbench can do, one transaction a call, roles enforced here; screens and commands call only this."""
