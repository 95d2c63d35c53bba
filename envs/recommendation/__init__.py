"""Recommendation: conversations and slates over a catalogue of texts, for users who change."""
