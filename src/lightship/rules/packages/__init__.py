"""Packages: what package managers install, and leave behind."""
