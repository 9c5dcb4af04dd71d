"""A county's ledger: its tables in a locked database, cut at the audit date, and what checks share over them."""
