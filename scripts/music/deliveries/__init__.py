"""Files into the landing prefix: the sample, the user's, generated ones."""
