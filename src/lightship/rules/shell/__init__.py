"""Shell: the scripts that RUN gives to a shell."""
