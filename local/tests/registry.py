"""An image registry in memory: enough of the OCI distribution API for the engine to push to and pull from.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

import hashlib
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_MANIFEST = re.compile(r"^/v2/(.+)/manifests/([^/]+)$")
_BLOB = re.compile(r"^/v2/(.+)/blobs/(sha256:[0-9a-f]+)$")


class Registry:
    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.uploads: dict[str, bytes] = {}
        # (repository, tag or digest) -> (media type, manifest)
        self.manifests: dict[tuple[str, str], tuple[str, bytes]] = {}
        registry = self

        class Handler(_Handler):
            store = registry

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    store: Registry
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/v2/":
            return self._send(200)
        manifest, blob = _MANIFEST.match(path), _BLOB.match(path)
        if manifest and manifest.groups() in self.store.manifests:
            kind, body = self.store.manifests[manifest.groups()]
            return self._send(200, body, {"Content-Type": kind, "Docker-Content-Digest": _digest(body)})
        if blob and blob.group(2) in self.store.blobs:
            headers = {"Content-Type": "application/octet-stream", "Docker-Content-Digest": blob.group(2)}
            return self._send(200, self.store.blobs[blob.group(2)], headers)
        code = b"MANIFEST_UNKNOWN" if manifest else b"BLOB_UNKNOWN"
        body = b'{"errors":[{"code":"%s","message":"manifest unknown"}]}' % code
        return self._send(404, body, {"Content-Type": "application/json"})

    do_HEAD = do_GET

    def do_POST(self) -> None:
        upload = str(uuid.uuid4())
        self.store.uploads[upload] = b""
        self._send(202, b"", {"Location": f"{urlsplit(self.path).path}{upload}", "Range": "0-0"})

    def do_PATCH(self) -> None:
        path = urlsplit(self.path).path
        upload = path.rsplit("/", 1)[-1]
        self.store.uploads[upload] += self._body()
        self._send(202, b"", {"Location": path, "Range": f"0-{len(self.store.uploads[upload]) - 1}"})

    def do_PUT(self) -> None:
        url = urlsplit(self.path)
        body = self._body()
        manifest = _MANIFEST.match(url.path)
        if manifest:
            repository, reference = manifest.groups()
            for name in (reference, _digest(body)):
                self.store.manifests[repository, name] = (self.headers["Content-Type"], body)
            return self._send(201, b"", {"Docker-Content-Digest": _digest(body), "Location": self.path})
        digest = parse_qs(url.query)["digest"][0]
        self.store.blobs[digest] = self.store.uploads.pop(url.path.rsplit("/", 1)[-1]) + body
        return self._send(201, b"", {"Docker-Content-Digest": digest, "Location": url.path})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = b""
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def _send(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
