"""Agents for the news desk: change detectors, the Bayes filter, and those that do not read."""
