"""Drawing register pages with known text: printed forms, pens, stamps, and what scanners and telephones do to them."""
