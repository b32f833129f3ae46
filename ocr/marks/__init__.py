"""What is no running text: ticks, stamps, names in seals, signatures, the notes column."""
