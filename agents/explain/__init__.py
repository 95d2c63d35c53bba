"""Why an agent did what it did, turn by turn: `dialogue-gym explain RUN`.

Of agents of numeric views: what each act was worth or how likely it was, and which features of the belief mattered. Of
language models: which words of the dialogue spoke for the turn. As JSON, and as one HTML page with the transcript.
"""
