"""The campaign of a commune, a district and a province: units, paper counts, the plans' forms. Pure functions."""
