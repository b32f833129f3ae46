"""Which printed form the page is, and where its labels lie."""
