"""HTTP services: a bounded server; on it the witness of a log, and the preview of a record."""

from escrutinio.service.http_server import HttpAnswer, HttpRequest, HttpServer
from escrutinio.service.preview import RecordPreview
from escrutinio.service.witness import WitnessService

__all__ = ["HttpAnswer", "HttpRequest", "HttpServer", "RecordPreview", "WitnessService"]
