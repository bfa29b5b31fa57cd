#!/usr/bin/python3 -S
"""A real server of the demonstration: HTTP/1.1 on 127.0.0.1, one thread a connection, answers with its own port.

usage: echo-server.py PORT

Plain sockets instead of http.server, whose imports alone take a second in user-mode Linux.
"""
import socket
import sys
import threading

port = int(sys.argv[1])
body = b"answer from %d\n" % port
head = b"HTTP/1.1 %b\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"


def serve(connection):
    with connection, connection.makefile("rb") as requests:
        try:
            while request := requests.readline():
                headers = b""
                while (line := requests.readline()).strip():
                    headers += line.lower()
                method = request.split(b" ", 1)[0]
                if method not in (b"GET", b"HEAD"):
                    connection.sendall(head % (b"405 Method Not Allowed", 0))
                    return  # its body was not read
                connection.sendall(head % (b"200 OK", len(body)) + (body if method == b"GET" else b""))
                if b"connection: close" in headers or b"HTTP/1.0" in request:
                    return
        except ConnectionError:
            pass  # the other side left


with socket.create_server(("127.0.0.1", port), backlog=128) as listener:
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
