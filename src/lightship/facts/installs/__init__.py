"""What installs the dependencies of a project, and from which of its files."""
