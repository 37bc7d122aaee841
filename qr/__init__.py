"""What is printed and scanned: signed tokens, typed codes, links, pictures of codes, posters and cards.

It knows ids and times only: who a card belongs to, or whether an activity is open, is decided elsewhere.
"""
