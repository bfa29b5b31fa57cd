// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "lvscare",
    products: [
        .executable(name: "lvscare", targets: ["lvscare"]),
        .library(name: "LVSCare", targets: ["LVSCare"]),
        .library(name: "IPVS", targets: ["IPVS"]),
        .library(name: "RouteNetlink", targets: ["RouteNetlink"]),
        .library(name: "NFTables", targets: ["NFTables"]),
        .library(name: "SocketDiagnostics", targets: ["SocketDiagnostics"]),
        .library(name: "Netlink", targets: ["Netlink"]),
        .library(name: "Epoll", targets: ["Epoll"]),
        .library(name: "LoadBalancing", targets: ["LoadBalancing"]),
        .library(name: "DNS", targets: ["DNS"]),
        .library(name: "Addressing", targets: ["Addressing"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.0"),
    ],
    targets: [
        // Dependencies point down this list only.
        .executableTarget(name: "lvscare", dependencies: ["LVSCareCommands"], swiftSettings: strict),
        library(
            "LVSCareCommands",
            [
                "LVSCare", "LVSCareConfiguration", "LVSCareSystem", "LVSCareSettings", "StaticPod", "Director",
                "LVSCareModel", "LoadBalancing", "IPVS", "Epoll", "DNS",
                "Addressing", "CLinux", "CVersion", logging, system,
            ]),
        library(
            "LVSCareConfiguration",
            ["LVSCareSystem", "LVSCareSettings", "LVSCareModel", "LoadBalancing", "YAML", "Addressing", system]),
        library(
            "LVSCare",
            [
                "LVSCareSystem", "Director", "LVSCareModel", "LoadBalancing", "Probing", "IPVS", "RouteNetlink",
                "NFTables", "SocketDiagnostics", "Netlink",
                "Epoll",
                "Addressing", system,
            ]),
        library(
            "Probing",
            [
                "LVSCareSockets", "LVSCareHTTP", "LVSCareSystem", "LVSCareModel", "Epoll", "DNS", "Addressing", system,
            ]),
        library(
            "LVSCareSockets",
            ["LVSCareSystem", "LVSCareModel", "Epoll", "DNS", "Addressing", "CLinux", "COpenSSL", system]),
        library("LVSCareHTTP", ["Addressing", "CNGHTTP2"]),
        library(
            "Director",
            ["LVSCareModel", "LoadBalancing", "RouteNetlink", "SocketDiagnostics", "LVSCareDeadlines", "Addressing"]),
        library("LVSCareModel", ["LVSCareSystem", "LoadBalancing", "Addressing"]),
        library("IPVS", ["LoadBalancing", "Netlink", "Addressing", system]),
        library("RouteNetlink", ["Netlink", "Addressing", system]),
        library("NFTables", ["Netlink", "Addressing", "CLinux", system]),
        library("SocketDiagnostics", ["Netlink", "Addressing", system]),
        library("Netlink", ["CLinux", system]),
        library("Epoll", ["LVSCareSystem", "LVSCareDeadlines", "CLinux", system]),
        library("StaticPod", ["YAML"]),
        library("YAML", ["CYAML"]),
        library("LoadBalancing", ["Addressing"]),
        library("DNS", ["LVSCareSystem", "Addressing"]),
        library("LVSCareSettings", ["Addressing"]),
        library("LVSCareDeadlines"),
        library("LVSCareSystem", ["Addressing", system]),
        library("Addressing"),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CVersion"),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CNGHTTP2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),

        .executableTarget(
            name: "ipvs-bench", dependencies: ["LVSCareSystem", "IPVS", "LoadBalancing", "Addressing", "CLinux"],
            path: "Benchmarks/ipvs-bench",
            swiftSettings: strict),

        .executableTarget(
            name: "probe-bench", dependencies: ["Probing", "LVSCareModel", "Epoll", "Addressing", system],
            path: "Benchmarks/probe-bench", swiftSettings: strict),

        .target(
            name: "ChaosModel", dependencies: ["Director", "LVSCareModel", "LoadBalancing"], path: "Chaos/Model",
            swiftSettings: strict),
        .executableTarget(
            name: "lvscare-chaos",
            dependencies: [
                "ChaosModel", "KernelTestKit", "IPVS", "LoadBalancing", "RouteNetlink", "NFTables", "LVSCareSettings",
                "LVSCareSystem", "Addressing", system,
            ],
            path: "Chaos/Run", swiftSettings: strict),

        library("NetlinkTestKit", ["Netlink", "Director", "LVSCareModel", "LoadBalancing", system]),
        library(
            "DirectorTestKit",
            [
                "LVSCareSystem", "Director", "LVSCareModel", "LoadBalancing", "RouteNetlink", "SocketDiagnostics",
                "Addressing",
            ]),
        library(
            "ProbingTestKit",
            [
                "LVSCareHTTP", "LVSCareSockets", "LVSCareModel", "COpenSSL", "KernelTestKit", "Epoll", "DNS",
                "Addressing",
            ]),
        library("KernelTestKit", ["LVSCareSystem", "IPVS", "LoadBalancing", "Addressing", "CLinux", system]),

        tests("AddressingTests", ["Addressing"]),
        tests("LVSCareSystemTests", ["LVSCareSystem", "KernelTestKit", "Addressing", system]),
        tests("LVSCareDeadlinesTests", ["LVSCareDeadlines", "Director"]),
        tests("DNSTests", ["DNS", "NetlinkTestKit", "Director", "Addressing"]),
        tests("EpollTests", ["Epoll", "CLinux", system]),
        tests("NetlinkTests", ["Netlink", "NetlinkTestKit", "CLinux", system]),
        tests("IPVSTests", ["IPVS", "LoadBalancing", "Netlink", "NetlinkTestKit", "Addressing", "CLinux", system]),
        tests(
            "RouteNetlinkTests",
            [
                "RouteNetlink", "Director", "LVSCareModel", "LoadBalancing", "Netlink", "NetlinkTestKit", "Addressing",
                "CLinux", system,
            ]),
        tests(
            "NFTablesTests",
            [
                "NFTables", "Director", "LVSCareModel", "LoadBalancing", "Netlink", "NetlinkTestKit", "KernelTestKit",
                "Addressing",
                "CLinux", system,
            ]
        ),
        tests(
            "SocketDiagnosticsTests",
            [
                "SocketDiagnostics", "LVSCareSystem", "Director", "LVSCareModel", "LoadBalancing", "Netlink",
                "NetlinkTestKit", "KernelTestKit", "Addressing", "CLinux", system,
            ]),
        tests(
            "DirectorTests",
            [
                "Director", "LVSCareModel", "LoadBalancing", "DirectorTestKit", "RouteNetlink", "SocketDiagnostics",
                "Addressing",
            ]),
        tests(
            "LVSCareHTTPTests",
            ["LVSCareHTTP", "ProbingTestKit", "Director", "Addressing", nioCore, nioEmbedded, nioHTTP1]),
        tests(
            "LVSCareSocketsTests",
            [
                "LVSCareSockets", "LVSCareHTTP", "COpenSSL", "ProbingTestKit", "KernelTestKit", "Director",
                "LVSCareModel", "Epoll", "DNS", "Addressing",
            ]),
        tests(
            "ProbingTests",
            [
                "LVSCareSystem", "LVSCareHTTP", "LVSCareSockets", "ProbingTestKit", "Probing", "Director",
                "LVSCareModel", "LoadBalancing", "KernelTestKit", "Epoll",
                "DNS", "Addressing",
                nioCore, nioPosix, nioHTTP1, nioHTTP2, nioHPACK, "COpenSSL",
            ]),
        tests(
            "LVSCareTests",
            [
                nioCore, nioPosix,
                "LVSCare", "Director", "LVSCareModel", "LoadBalancing", "DirectorTestKit", "IPVS", "RouteNetlink",
                "NFTables", "SocketDiagnostics", "Netlink", "NetlinkTestKit", "KernelTestKit",
                "Epoll",
                "Addressing", "CLinux", system,
            ]),
        tests("LVSCareSettingsTests", ["LVSCareSettings"]),
        tests("YAMLTests", ["YAML"]),
        tests(
            "LVSCareConfigurationTests",
            [
                "LVSCareConfiguration", "LVSCareSettings", "LVSCareModel", "LoadBalancing", "Director",
                "NetlinkTestKit",
                "Addressing",
            ]),
        tests("StaticPodTests", ["StaticPod"], resources: [.copy("Golden")]),
        tests(
            "LVSCareCommandsTests",
            [
                "LVSCareCommands", "LVSCareConfiguration", "LVSCareSystem", "LVSCare", "LVSCareSettings", "StaticPod",
                "Director",
                "DirectorTestKit",
                "LVSCareModel",
                "LoadBalancing", "KernelTestKit", "IPVS", "Epoll",
                "Addressing",
                logging,
            ], resources: [.copy("Golden")]),
        tests("ChaosTests", ["ChaosModel"]),
        tests(
            "KernelTests",
            [
                "LVSCare", "Director", "LVSCareModel", "LoadBalancing", "DirectorTestKit", "KernelTestKit", "IPVS",
                "RouteNetlink",
                "NFTables", "SocketDiagnostics",
                "Netlink",
                "Epoll", "Addressing", "CLinux", system,
            ]),
    ]
)
