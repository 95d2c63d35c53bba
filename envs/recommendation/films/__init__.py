"""Real films as the catalogue of conversations: MovieLens and ReDial, read from a folder, never part of the package."""
