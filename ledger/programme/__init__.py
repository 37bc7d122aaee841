"""The numbers of a community's own rulebook: written by one person, published by another, valid from a day on."""
