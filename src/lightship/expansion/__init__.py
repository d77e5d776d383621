"""Words, quotes and variables, as BuildKit's shell lexer reads them."""
