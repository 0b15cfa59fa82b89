"""The simulated world: services, money, time and faults."""
