"""Recommendation in conversation: find out what somebody is looking for, recommend it, explain it."""
