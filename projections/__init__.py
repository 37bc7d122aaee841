"""Read models: one engine, and one file for each question people ask.

They hold ids and figures, never names; their rows follow from the events alone, so any of them can be thrown away and
built again. Nothing is ever decided on what stands here.
"""
