"""The register's revision: the key of every cache that is built on the register."""

from coordination.base.models.revisions import RegisterRevision, touched

current = RegisterRevision.current
touch = RegisterRevision.touch
__all__ = ["current", "touch", "touched"]
