"""The register's revision: the key of every cache that is built on the register."""

from coordination.base.models.revisions import RegisterRevision

current = RegisterRevision.current
touch = RegisterRevision.touch
