"""Everything that decides, as pure functions of what was observed: no await, clock, environment or network."""
