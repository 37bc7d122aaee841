"""Gatherings (activities) with sessions and sign-up, and each person's attendance of a session."""
