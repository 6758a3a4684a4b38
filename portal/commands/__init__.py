"""Groups of commands, one file each; :mod:`portal.cli` registers them."""
