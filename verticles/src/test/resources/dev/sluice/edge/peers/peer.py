"""A service of Python's http.server, as it is by default: HTTP/1.0. python3 peer.py <folder of files>"""
import functools
import gzip
import hashlib
import http.server
import os
import sys
import threading


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        if self.path == "/connection":
            self.answer(str(self.client_address[1]).encode())
        elif self.path == "/close":
            # Without a length: it ends where the connection does.
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"clo")
            self.wfile.flush()
            self.wfile.write(b"sed")
        elif self.path == "/gzip.txt":
            with open(os.path.join(self.directory, "gzip.txt"), "rb") as text:
                self.answer(gzip.compress(text.read()), "gzip")
        else:
            super().do_GET()

    def do_PUT(self):
        hashed = hashlib.sha1()
        length = 0
        for part in self.parts():
            hashed.update(part)
            length += len(part)
        self.answer(f"{length} {hashed.hexdigest()}".encode())

    def parts(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            size = int(self.rfile.readline().split(b";")[0], 16)
            while size:
                yield self.rfile.read(size)
                self.rfile.readline()
                size = int(self.rfile.readline().split(b";")[0], 16)
            while self.rfile.readline().strip():
                pass
        else:
            left = int(self.headers["Content-Length"])
            while left:
                part = self.rfile.read(min(left, 65536))
                left -= len(part)
                yield part

    def answer(self, body, encoding=None):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


server = Server(("127.0.0.1", 0), functools.partial(Handler, directory=sys.argv[1]))
print(f"port {server.server_address[1]}", flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()  # it ends with whoever started it
