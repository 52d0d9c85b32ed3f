"""Tables: their definitions, versions and column statistics."""
