"""The Glue API as botocore's model describes it: shapes, validation, errors, pages."""
