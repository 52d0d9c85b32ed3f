"""What the templates' roles may do, beside what recorded calls needed; in the environment `dev`."""
