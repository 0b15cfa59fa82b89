"""The simulated city: services, money, time and faults. Imports nothing else of ours."""
