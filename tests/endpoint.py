"""A server on this machine that answers as an OpenAI-compatible one does, and does what a test wants of it."""

import json
import math
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def completion(content, shares=None, tokens=100):
    """Return the body of a chat completion; `shares`: for each token of the answer, the likeliest in its place."""
    logprobs = None
    if shares is not None:
        logprobs = {
            "content": [
                {
                    "token": next(iter(likely)),
                    "top_logprobs": [{"token": token, "logprob": math.log(share)} for token, share in likely.items()],
                }
                for likely in shares
            ]
        }
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": logprobs}
    usage = {"prompt_tokens": tokens - 1, "completion_tokens": 1, "total_tokens": tokens}
    return {"id": "1", "object": "chat.completion", "model": "stub-1", "choices": [choice], "usage": usage}


def comment_of(body):
    """Return the comment that is asked about."""
    return body["messages"][-1]["content"].rpartition("Comment:\n")[2]


class Stub:
    """A server whose `answer` makes of each request's body a completion, bytes, a status, or None to close midway.

    `asked`: the bodies so far; `keys`: what each was authorised by; `delay`: seconds before an answer.
    """

    def __init__(self, answer):
        self.answer, self.asked, self.keys, self.delay, self.lock = answer, [], [], 0.0, threading.Lock()

    def handle(self, handler):
        body = json.loads(handler.rfile.read(int(handler.headers["content-length"])))
        with self.lock:
            self.asked.append(body)
            self.keys.append(handler.headers.get("authorization"))
        time.sleep(self.delay)
        found = self.answer(body)
        if found is None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + b'{"choices": [')
            handler.wfile.flush()
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return
        status, content = (found, b"{}") if isinstance(found, int) else (200, found)
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(content)))
        # a client that waits as it is told makes no test slow
        handler.send_header("retry-after-ms", "1")
        handler.end_headers()
        handler.wfile.write(content)


@contextmanager
def served(answer):
    """Serve a stub while a test runs; its `url` is the address."""
    stub = Stub(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            stub.handle(self)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        stub.url = f"http://127.0.0.1:{server.server_port}/v1"
        try:
            yield stub
        finally:
            server.shutdown()
            thread.join()
