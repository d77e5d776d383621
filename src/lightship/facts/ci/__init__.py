"""What rules about files of CI share: what a build costs, its caches, and edits of YAML."""
