// swift-tools-version: 6.2
import PackageDescription

// A package of its own, as yours would be. There, the dependency is the repository's URL and a version.
let package = Package(
    name: "lvscare-examples",
    dependencies: [.package(name: "lvscare", path: "..")],
    targets: [
        .executableTarget(name: "balance", dependencies: [.product(name: "LVSCare", package: "lvscare")]),
        .executableTarget(name: "probe", dependencies: [.product(name: "LVSCare", package: "lvscare")]),
        .executableTarget(name: "table", dependencies: [.product(name: "IPVS", package: "lvscare")]),
    ]
)
