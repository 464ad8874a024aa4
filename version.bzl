"""The version, for the program and for its packages."""

# Semantic versioning 2.0.0. CHANGELOG.md has a section of each release.
VERSION = "0.1.0"
