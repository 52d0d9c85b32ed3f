"""Job definitions: what Glue fills in, and which inputs exclude each other."""
