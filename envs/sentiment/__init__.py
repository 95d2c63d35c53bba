"""Sentiment tasks: labelling texts, and (later) watching a stream of them."""
