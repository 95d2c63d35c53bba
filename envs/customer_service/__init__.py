"""Customer service: an agenda-based customer, tools over a database, a written policy with machine-checked rules."""
