"""docker-bake.hcl and docker-bake.json: targets, and what they inherit."""
