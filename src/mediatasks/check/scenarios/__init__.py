"""Traffic that rules need: each scenario is made once a run."""
