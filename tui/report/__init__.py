"""One page about runs: figures, pictures and the worst stories, in one HTML file that asks nothing of the outside."""
