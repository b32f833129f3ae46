"""What is not writing leaves the page: light, seals, the reverse, rules, dots."""
