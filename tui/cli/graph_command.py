"""``banshi graph``."""

from __future__ import annotations

import click

from tui.cli.options import json_option


@click.command(name="graph", short_help="Draw the agent's graph.")
@click.option("--live", is_flag=True, help="The graph of `banshi live`, with the node that waits for the person.")
@json_option
def command(live: bool, as_json: bool) -> None:
    """Print the agent's LangGraph graph, as it is compiled, as a Mermaid drawing.

    langgraph.json names it for LangGraph's own tools.
    """
    from agent.graph import drawn, edges
    from tui.cli.output import print_json

    if not as_json:
        click.echo(drawn(live=live))
        return
    found = edges(live=live)
    nodes = list(dict.fromkeys(end for edge in found for end in edge))
    print_json({"nodes": nodes, "edges": [{"from": source, "to": target} for source, target in found]})
