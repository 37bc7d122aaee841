"""Earning rules as versioned data, awards with their explanation, and what has been credited to whom this month."""
