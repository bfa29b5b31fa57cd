import Testing

/// What grpcio's server sends for one call of `grpc.health.v1.Health/Check` that grpcio's client makes.
///
/// Recorded between grpcio 1.85.1 and grpcio-health-checking 1.85.1 by this program, whose argument is the service;
/// for `unimplemented` the server has no health service.
///
///     import socket, sys, threading, grpc
///     from concurrent import futures
///     from grpc_health.v1 import health, health_pb2, health_pb2_grpc
///     server = grpc.server(futures.ThreadPoolExecutor(2))
///     servicer = health.HealthServicer()
///     for name, status in {"serving": "SERVING", "stopped": "NOT_SERVING", "odd": "UNKNOWN"}.items():
///         servicer.set(name, getattr(health_pb2.HealthCheckResponse, status))
///     if sys.argv[1] != "unimplemented":
///         health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
///     port = server.add_insecure_port("127.0.0.1:0")
///     server.start()
///     listener, received = socket.create_server(("127.0.0.1", 0)), []
///     def relay(source, target, log):
///         while data := source.recv(65536):
///             log.append(data)
///             target.sendall(data)
///     def accept():
///         client, upstream = listener.accept()[0], socket.create_connection(("127.0.0.1", port))
///         threading.Thread(target=relay, args=(client, upstream, []), daemon=True).start()
///         relay(upstream, client, received)
///     threading.Thread(target=accept, daemon=True).start()
///     channel = grpc.insecure_channel("127.0.0.1:%d" % listener.getsockname()[1])
///     request = health_pb2.HealthCheckRequest(service=sys.argv[1])
///     try: print(health_pb2_grpc.HealthStub(channel).Check(request, timeout=5))
///     except grpc.RpcError as error: print(error.code(), error.details())
///     print(b"".join(received).hex())
///
/// A frame starts on a line of its own.
enum CapturedCalls {
    /// `SERVING`.
    static let serving = """
        000018040000000000000400400000000500400000000600004000fe0300000001
        000004080000000000003f0001
        000000040100000000
        000008060000000000fee7bfd2f5f18129
        00004e01040000000188400c636f6e74656e742d74797065106170706c69636174696f6e2f677270634014677270632d61636365
        70742d656e636f64696e67176964656e746974792c206465666c6174652c20677a6970
        00000700000000000100000000020801
        00001e010500000001400b677270632d7374617475730130000c677270632d6d65737361676500
        0000040800000000000000000e
        """

    /// `NOT_SERVING`.
    static let stopped = """
        000018040000000000000400400000000500400000000600004000fe0300000001
        000004080000000000003f0001
        000000040100000000
        00000806000000000000606376ba45e026
        00004e01040000000188400c636f6e74656e742d74797065106170706c69636174696f6e2f677270634014677270632d61636365
        70742d656e636f64696e67176964656e746974792c206465666c6174652c20677a6970
        00000700000000000100000000020802
        00001e010500000001400b677270632d7374617475730130000c677270632d6d65737361676500
        0000040800000000000000000e
        """

    /// `UNKNOWN`: an empty message.
    static let odd = """
        000018040000000000000400400000000500400000000600004000fe0300000001
        000004080000000000003f0001
        000000040100000000
        000008060000000000a112f7a5189255c8
        00004e01040000000188400c636f6e74656e742d74797065106170706c69636174696f6e2f677270634014677270632d61636365
        70742d656e636f64696e67176964656e746974792c206465666c6174652c20677a6970
        0000050000000000010000000000
        00001e010500000001400b677270632d7374617475730130000c677270632d6d65737361676500
        0000040800000000000000000a
        """

    /// `NOT_FOUND`: a head, an empty message that is none, and trailers.
    static let nobody = """
        000018040000000000000400400000000500400000000600004000fe0300000001
        000004080000000000003f0001
        000000040100000000
        0000080600000000006bfa6447e4c816c7
        00004e01040000000188400c636f6e74656e742d74797065106170706c69636174696f6e2f677270634014677270632d61636365
        70742d656e636f64696e67176964656e746974792c206465666c6174652c20677a6970
        0000050000000000010000000000
        00001e010500000001400b677270632d7374617475730135000c677270632d6d65737361676500
        0000040800000000000000000d
        000008060100000000851cf2721e0359c0
        """

    /// `UNIMPLEMENTED`, with trailers only.
    static let unimplemented = """
        000018040000000000000400400000000500400000000600004000fe0300000001
        000004080000000000003f0001
        000000040100000000
        000008060000000000bca82eb19a9ec588
        00005001050000000188400c636f6e74656e742d74797065106170706c69636174696f6e2f67727063400b677270632d73746174
        7573023132000c677270632d6d657373616765114d6574686f64206e6f7420666f756e6421
        00000408000000000000000014
        """
}

extension [UInt8] {
    /// The octets of hexadecimal digits, on however many lines.
    init(hex: String) throws {
        let digits = try hex.filter { !$0.isWhitespace }.map { try #require($0.hexDigitValue) }
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
