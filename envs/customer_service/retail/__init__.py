"""A web shop's service desk."""
