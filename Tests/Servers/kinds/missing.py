"""What a server lacks on this machine."""


class Missing(Exception):
    """A package that is not installed: the proofs that need it are skipped, and say so."""
