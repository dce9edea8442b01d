"""The control API of the mock: tasks, log, clock, faults."""
