"""What DynamicFrames cost beside plain DataFrames, and partitions beside those that are left out."""
