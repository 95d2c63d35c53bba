"""Sentiment tasks: labelling one text, and (later) watching a stream of them."""
