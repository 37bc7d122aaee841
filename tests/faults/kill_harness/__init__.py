"""A served town whose processes are killed, people who ask until they are answered, and a judge of what is left."""
