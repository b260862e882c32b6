"""Resources to which a file is posted: streamed to disk, and bounded."""

from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import models
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from customers.forms import BoundedUpload
from strategy.api.parsers import TooLarge
from strategy.api.resources import Resource


class FileResource[Row: models.Model](Resource[Row]):
    """A resource whose POST brings a `file`, as `upload` bounds it; `too_large` is said of more."""

    upload: type[BoundedUpload] = BoundedUpload
    too_large: str

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Have files streamed to disk, up to the size that may be sent here."""
        if request.method == "POST":
            request.upload_handlers = [self.upload(request)]
        return super().initialize_request(request, *args, **kwargs)

    def sent(self, form: type[Serializer[Any]]) -> tuple[dict[str, Any], TemporaryUploadedFile]:
        """Return what was sent as `form` reads it, and the file.

        Raises:
            TooLarge: more was sent than is taken.
            ValidationError: as for `valid`.

        """
        assert self.request.data is not None  # noqa: S101  reading them fills the upload
        upload = self.request._request.upload_handlers[0]  # noqa: SLF001  ours, from above
        if isinstance(upload, BoundedUpload) and upload.is_too_large:
            raise TooLarge(self.too_large)
        said = self.valid(form)
        file = said["file"]
        assert isinstance(file, TemporaryUploadedFile)  # noqa: S101  as the upload keeps them
        return said, file
