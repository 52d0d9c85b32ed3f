"""A project whose resources Terraform makes: its provider is sent here, and what it made is looked up."""
