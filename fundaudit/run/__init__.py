"""A run over counties: the parent, one kernel for each county, and how its folder comes into place."""
