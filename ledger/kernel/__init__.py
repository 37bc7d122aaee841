"""What every context stands on: ids, units, time, the decider and the refusal. It imports nothing of ours."""
