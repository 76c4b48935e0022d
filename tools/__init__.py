"""Developer tools. Nothing here is part of the product."""
