# Real servers on 127.0.0.1 for scripts/bench.d/flood and the kernel tests: healthy ones, and ones that send without an
# end on one layer. Each connection has a thread; none outlives its peer's patience by more than five seconds.
# usage: floods.py FOLDER KIND:PORT...     FOLDER has c.pem and k.pem; healthy ones print the second of each connection
import socket
import ssl
import sys
import threading
import time

HTTP_OK = b"HTTP/1.1 200 OK\r\n"
SETTINGS = b"\0\0\0\4\0\0\0\0\0"
STATUS_200 = b"\x88"
CONTENT_TYPE = b"\0\x0ccontent-type\x10application/grpc"
GRPC_STATUS_0 = b"\0\x0bgrpc-status\x010"
SERVING = b"\0\0\0\0\2\x08\1"  # a gRPC message: HealthCheckResponse


def frame(kind, flags, payload, stream=1):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


HEADERS = frame(1, 4, STATUS_200 + CONTENT_TYPE)
# What is sent first, and then again and again, once the question has come; all of it over TLS.
FLOODS = {
    "heads": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "fields": (HTTP_OK, b"a: b\r\n"),
    "body": (HTTP_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "pings": (SETTINGS, frame(6, 0, b"12345678", 0)),
    "settings": (SETTINGS, SETTINGS),
    "continuations": (SETTINGS + frame(1, 0, STATUS_200), frame(9, 0, STATUS_200)),
    "messages": (SETTINGS + HEADERS, frame(0, 0, SERVING)),
}


def answer(connection):
    connection.recv(4096)
    connection.sendall(HTTP_OK + b"Content-Length: 0\r\nConnection: close\r\n\r\n")


def answer_grpc(connection):
    """One call: the answer is the same whatever is asked, so the question only has to be there."""
    asked = b""
    while b"grpc.health" not in asked:
        asked += connection.recv(4096) or sys.exit()
    connection.sendall(SETTINGS + frame(4, 1, b"", 0) + HEADERS + frame(0, 0, SERVING) + frame(1, 5, GRPC_STATUS_0))
    while connection.recv(4096):
        pass


def records(connection):
    connection.recv(4096)
    while True:
        connection.send(b"x")


def flood(opening, unit):
    piece = unit * (16384 // len(unit))

    def send(connection):
        connection.recv(4096)
        connection.sendall(opening)
        while True:
            connection.sendall(piece)

    return send


def octets(connection):
    while True:
        connection.sendall(b"x" * 16384)


def serve(kind, port, folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/c.pem", folder + "/k.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])
    if kind == "tickets":
        context.num_tickets = 200000
    healthy = {"answer": answer, "answer-grpc": answer_grpc}
    talk = healthy.get(kind) or records
    if kind in FLOODS:
        talk = flood(*FLOODS[kind])

    def one(plain):
        plain.settimeout(5)
        try:
            if kind == "octets":
                octets(plain)
            with context.wrap_socket(plain, server_side=True) as connection:
                talk(connection)
        except OSError:
            pass
        finally:
            plain.close()

    listener = socket.create_server(("127.0.0.1", port), backlog=64)
    while True:
        plain = listener.accept()[0]
        if kind in healthy:
            print(f"{time.monotonic():.6f}", flush=True)
        threading.Thread(target=one, args=(plain,), daemon=True).start()


known = {"answer", "answer-grpc", "octets", "tickets", "records", *FLOODS}
for argument in sys.argv[2:]:
    kind, port = argument.split(":")
    if kind not in known:
        sys.exit(f"floods.py: {kind} is none of {', '.join(sorted(known))}")
    threading.Thread(target=serve, args=(kind, int(port), sys.argv[1])).start()
