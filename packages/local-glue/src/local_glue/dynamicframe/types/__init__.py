"""Types of fields as Glue names them, choice types among them."""
