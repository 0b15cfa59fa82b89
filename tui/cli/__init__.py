"""The ``banshi`` command. Its modules import nothing heavy at their top; commands import what they need."""
