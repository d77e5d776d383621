"""What CI builds: workflows of GitHub, GitLab CI and others."""
