#!/usr/bin/python3 -S
"""The client of the demonstration: asks about ten times a second, a new connection each, until it is ended.

usage: client.py ADDRESS:PORT

Prints a line for each request: when it began (microseconds since 1970), and the answering server's port, or "failed" and why.
"""
import socket
import sys
import time

host, port = sys.argv[1].rsplit(":", 1)
request = b"GET / HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n" % host.encode()

while True:
    began = time.time_ns() // 1000
    try:
        with socket.create_connection((host, int(port)), timeout=2) as connection:
            connection.sendall(request)
            answer = b""
            while part := connection.recv(4096):
                answer += part
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise OSError("no answer: %r" % answer[:40])
        result = answer.split()[-1].decode()
    except OSError as error:
        result = "failed %s" % error
    print(began, result, flush=True)
    time.sleep(0.1)  # the pace, not a wait for anything
