"""Bridges to the LangChain and LangGraph world: our tools as theirs, their graphs as our agents."""
