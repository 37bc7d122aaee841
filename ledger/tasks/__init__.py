"""The plain volunteer task: posted, claimed, reported, accepted."""
