"""HashiCorp's configuration language, as far as docker-bake.hcl uses it."""
