"""Read models: what they say, that live and rebuilt say the same, and what happens when an event cannot be applied."""
