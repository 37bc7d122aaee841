"""Rewards with their stock and funds, and redemptions: asked for, approved by somebody else, handed over once."""
