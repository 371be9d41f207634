"""HTTP services: a bounded server, and the witness of a log on it."""

from escrutinio.service.http_server import HttpAnswer, HttpRequest, HttpServer
from escrutinio.service.witness import WitnessService

__all__ = ["HttpAnswer", "HttpRequest", "HttpServer", "WitnessService"]
