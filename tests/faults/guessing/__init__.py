"""A crowd that guesses PINs over several serving processes, and a count of guesses that does not trust the limit."""
