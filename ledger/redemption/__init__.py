"""Rewards with their stock, and redemptions: asked for, approved by somebody else, handed over once."""
