"""Whole walks through a served deployment, as people take them: real processes, real pages, real pictures."""
