"""The commands of `linli`, by what they are about."""
