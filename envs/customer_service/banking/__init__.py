"""A bank's desk: cards, payments, transfers, top-ups, cash; the 77 intents of Banking77 as matters."""
