"""The nodes of a model-backed engine: the graph is the same as for ``rules``, the decisions are the model's."""
