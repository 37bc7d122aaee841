"""The demonstration: 彰武镇 with its 16 communities, 1 600 synthetic people and a year of real commands."""
