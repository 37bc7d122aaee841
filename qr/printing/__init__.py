"""What is printed on paper: an activity's poster and sheets of member cards, as A4 PDF.

Callers pass finished texts and links; who may print what, and which names are masked, is decided elsewhere.
"""
