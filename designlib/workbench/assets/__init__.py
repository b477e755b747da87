"""Assets: the script, the style and the templates of the page."""
