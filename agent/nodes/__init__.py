"""The nodes of the graph: one per kind of decision."""
